package circuitscope.probes.seed.memory;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Runs each window's segment without a block and with every block, and keeps the mean losses. */
final class MemoryRuns {
  private static final int ROWS_AT_ONCE = 8;

  private final Model model;
  private final int[][] rows;
  private final MemoryAnalysis.Parameters p;
  private final int layer;
  private final Random random;
  private final double[][] gain; // [window][d − 1]
  private final double[] alone; // [window] NLL(segment | recent)
  private final double[] foreign; // [window] gain of a block of another window
  private final int[] found; // [window] d of the block with the most similar keys
  private final int[] drawn; // [window] d of a random block
  private final double[][][] mass; // [window][first, block, recent, segment][layer × head]

  MemoryRuns(Model model, int[][] rows, MemoryAnalysis.Parameters p, int layer) {
    this.model = model;
    this.rows = rows;
    this.p = p;
    this.layer = layer;
    random = new Random(p.seed());
    int heads = model.spec().layers() * model.spec().attention().heads();
    gain = new double[rows.length][p.blocks()];
    alone = new double[rows.length];
    foreign = new double[rows.length];
    found = new int[rows.length];
    drawn = new int[rows.length];
    mass = new double[rows.length][4][heads];
  }

  void measure(int window) {
    int[] row = rows[window];
    alone[window] = loss(joined(row, new int[0]));
    int[][] withBlock = new int[p.blocks() + 1][];
    for (int d = 1; d <= p.blocks(); d++) {
      withBlock[d - 1] = joined(row, block(row, d));
    }
    int other = (window + 1 + random.nextInt(rows.length - 1)) % rows.length;
    withBlock[p.blocks()] = joined(row, block(rows[other], 1 + random.nextInt(p.blocks())));
    double[] losses = losses(withBlock);
    for (int d = 1; d <= p.blocks(); d++) {
      gain[window][d - 1] = alone[window] - losses[d - 1];
    }
    foreign[window] = alone[window] - losses[p.blocks()];
    found[window] = mostSimilar(row);
    drawn[window] = 1 + random.nextInt(p.blocks());
    attention(window, joined(row, block(row, found[window])));
  }

  private int[] block(int[] row, int d) {
    return Arrays.copyOfRange(row, p.start(d), p.start(d) + p.block());
  }

  /** First token, block, recent tokens, segment. */
  private int[] joined(int[] row, int[] block) {
    int tail = p.recent() + p.segment();
    int[] joined = new int[1 + block.length + tail];
    joined[0] = row[0];
    System.arraycopy(block, 0, joined, 1, block.length);
    System.arraycopy(row, row.length - tail, joined, 1 + block.length, tail);
    return joined;
  }

  private double loss(int[] ids) {
    return losses(new int[][] {ids})[0];
  }

  /** Mean loss of the segment, which ends each row. */
  private double[] losses(int[][] joined) {
    double[] means = new double[joined.length];
    for (int from = 0; from < joined.length; from += ROWS_AT_ONCE) {
      int[][] part = Arrays.copyOfRange(joined, from, Math.min(joined.length, from + ROWS_AT_ONCE));
      float[][] nats = model.tokenLosses(TokenBatch.of(part), Taps.NONE);
      for (int i = 0; i < nats.length; i++) {
        for (int t = nats[i].length - p.segment(); t < nats[i].length; t++) {
          means[from + i] += nats[i][t] / p.segment();
        }
      }
    }
    return means;
  }

  /**
   * The block with the largest mean q·k over recent queries and its keys, before rotary, over all
   * heads of the layer; both from the run on the whole window up to the segment.
   */
  private int mostSimilar(int[] row) {
    Site queries = Site.of(SiteKind.Q, layer);
    Site keys = Site.of(SiteKind.K, layer);
    int before = row.length - p.segment();
    AttentionSpec spec = model.spec().attention();
    try (Trace trace =
            Recorder.of(model.spec(), List.of(queries, keys))
                .record(model, TokenBatch.of(Arrays.copyOf(row, before)));
        NDManager scope = model.newManager()) {
      NDArray q =
          trace.get(queries).get(scope, new NDIndex("0, {}:{}", before - p.recent(), before));
      int n = spec.headsPerGroup();
      NDArray wanted =
          q.mean(new int[] {0}).reshape(spec.groups(), n, spec.dHead()).sum(new int[] {1});
      NDArray k = trace.get(keys).get(scope, new NDIndex("0"));
      float[] scores =
          k.mul(wanted.expandDims(0))
              .sum(new int[] {1, 2})
              .toType(DataType.FLOAT32, false)
              .toFloatArray(); // [position]
      return best(scores);
    }
  }

  private int best(float[] scores) {
    int best = 1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int d = 1; d <= p.blocks(); d++) {
      double sum = 0;
      for (int t = p.start(d); t < p.start(d) + p.block(); t++) {
        sum += scores[t];
      }
      if (sum > highest) {
        highest = sum;
        best = d;
      }
    }
    return best;
  }

  private void attention(int window, int[] joined) {
    int heads = model.spec().attention().heads();
    int[] ends = {1, 1 + p.block(), 1 + p.block() + p.recent(), joined.length};
    Taps reader =
        new PatternReader(
            (number, pattern) -> {
              float[] weights = pattern.toFloatArray(); // [head, query, key]
              for (int head = 0; head < heads; head++) {
                for (int query = joined.length - p.segment(); query < joined.length; query++) {
                  int at = (head * joined.length + query) * joined.length;
                  for (int key = 0, part = 0; key <= query; key++) {
                    part += key == ends[part] ? 1 : 0;
                    mass[window][part][number * heads + head] += weights[at + key] / p.segment();
                  }
                }
              }
            });
    model.run(TokenBatch.of(joined), reader);
  }

  double[][] gain() {
    return gain;
  }

  double[] alone() {
    return alone;
  }

  double[] foreign() {
    return foreign;
  }

  int[] found() {
    return found;
  }

  int[] drawn() {
    return drawn;
  }

  /** {@code [window][first token, block, recent, segment][layer × head]}. */
  double[][][] mass() {
    return mass;
  }

  int headsPerLayer() {
    return model.spec().attention().heads();
  }
}
