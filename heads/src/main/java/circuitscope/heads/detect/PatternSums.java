package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One pass over one set of rows that serves every measure: each layer's pattern is reduced to a few
 * sums as it is made, on its device, and forgotten.
 */
final class PatternSums {
  private final List<List<Measure>> measures; // [row][measure]
  private final int draws;
  private final int heads; // of all layers
  private final double[][] sink; // [row][head] mean attention on key 0, of queries from 1 on
  private final double[][] self; // [row][head] and on the query itself
  private final float[][][][] sums; // [row][head][measure][SUMS + draw]

  private PatternSums(List<List<Measure>> measures, int draws, int heads) {
    int rows = measures.size();
    this.measures = measures;
    this.draws = draws;
    this.heads = heads;
    this.sink = new double[rows][heads];
    this.self = new double[rows][heads];
    this.sums = new float[rows][heads][measures.getFirst().size()][RowPlan.SUMS + draws];
  }

  /**
   * Runs the model once over the rows.
   *
   * @param measures {@code [row][measure]}, the same kinds for every row
   * @param batch rows at once, at most; fewer where patterns are large
   * @param draws of each measure's shuffled-position null
   */
  static PatternSums of(
      Model model,
      int[][] rows,
      List<List<Measure>> measures,
      int batch,
      int draws,
      long seed,
      Progress progress) {
    DecoderSpec spec = model.spec();
    int inLayer = spec.attention().heads();
    PatternSums all = new PatternSums(measures, draws, spec.layers() * inLayer);
    progress.begin(rows.length, "rows");
    int from = 0;
    while (from < rows.length) {
      int positions = rows[from].length;
      int to = from + PatternReader.rowsAtOnce(spec, positions, batch);
      to = Math.min(to, rows.length);
      while (rows[to - 1].length != positions) {
        to--;
      }
      all.run(model, rows, from, to, seed);
      progress.advance(to - from);
      from = to;
    }
    return all;
  }

  private void run(Model model, int[][] rows, int from, int to, long seed) {
    try (NDManager scope = model.newManager()) {
      Map<List<Measure>, RowPlan> known = new HashMap<>();
      List<RowPlan> plans = new ArrayList<>();
      for (int row = from; row < to; row++) {
        plans.add(
            known.computeIfAbsent(
                measures.get(row),
                wanted -> new RowPlan(wanted, rows[from].length, draws, seed, scope)));
      }
      NDArray[] layers = new NDArray[model.spec().layers()];
      PatternReader reader =
          new PatternReader((layer, pattern) -> layers[layer] = read(pattern, plans, scope));
      model.run(TokenBatch.of(Arrays.copyOfRange(rows, from, to)), reader);
      for (int layer = 0; layer < layers.length; layer++) {
        keep(layers[layer], layer, from, to);
      }
    }
  }

  /** {@code [row · head, value]}; see {@link RowPlan#read}. */
  private static NDArray read(NDArray pattern, List<RowPlan> plans, NDManager owner) {
    long[] shape = pattern.getShape().getShape(); // [row, head, query, key]
    long cells = shape[2] * shape[3];
    if (plans.stream().distinct().count() == 1) {
      try (NDArray flat = pattern.reshape(new Shape(shape[0] * shape[1], cells))) {
        return plans.getFirst().read(flat, owner);
      }
    }
    NDArray all = null;
    for (int row = 0; row < plans.size(); row++) {
      try (NDArray one = pattern.get(new NDIndex("{}", row));
          NDArray flat = one.reshape(new Shape(shape[1], cells))) {
        NDArray values = plans.get(row).read(flat, owner);
        all = all == null ? values : all.concat(values);
      }
    }
    return Objects.requireNonNull(all);
  }

  private void keep(NDArray values, int layer, int from, int to) {
    float[] flat = values.toFloatArray();
    int inLayer = Math.toIntExact(values.getShape().get(0) / (to - from));
    int width = flat.length / (inLayer * (to - from));
    int count = measures.getFirst().size();
    for (int row = from; row < to; row++) {
      for (int h = 0; h < inLayer; h++) {
        int at = ((row - from) * inLayer + h) * width;
        int head = layer * inLayer + h;
        sink[row][head] = flat[at];
        self[row][head] = flat[at + 1];
        for (int m = 0; m < count; m++) {
          float[] kept = sums[row][head][m];
          System.arraycopy(flat, at + 2 + RowPlan.SUMS * m, kept, 0, RowPlan.SUMS);
          int nulls = at + 2 + RowPlan.SUMS * count + m;
          for (int draw = 0; draw < draws; draw++) {
            kept[RowPlan.SUMS + draw] = flat[nulls + draw * count];
          }
        }
      }
    }
  }

  int draws() {
    return draws;
  }

  /** {@code [row][head]} score of each row that has one. */
  double[][] scores(int measure, Counting counting) {
    return counted(measure, counting)
        .mapToObj(
            row -> {
              double[] ofHeads = new double[heads];
              for (int head = 0; head < heads; head++) {
                float[] own = sums[row][head][measure];
                ofHeads[head] = score(row, measure, counting, own[0], own);
              }
              return ofHeads;
            })
        .toArray(double[][]::new);
  }

  /** {@code [draw][head]} scores of shuffled targets, averaged over rows as the score is. */
  double[][] nulls(int measure, Counting counting) {
    int[] rows = counted(measure, counting).toArray();
    double[][] nulls = new double[draws][heads];
    IntStream.range(0, heads)
        .parallel()
        .forEach(
            head -> {
              for (int row : rows) {
                float[] own = sums[row][head][measure];
                for (int draw = 0; draw < draws; draw++) {
                  float mass = own[RowPlan.SUMS + draw];
                  nulls[draw][head] += score(row, measure, counting, mass, own) / rows.length;
                }
              }
            });
    return nulls;
  }

  /** {@code [head]} share of attention that the measure's exclusions leave. */
  double[] surviving(int measure, Counting counting) {
    int[] rows = counted(measure, counting).toArray();
    double[] surviving = new double[heads];
    for (int row : rows) {
      Measure of = measures.get(row).get(measure);
      for (int head = 0; head < heads; head++) {
        float[] own = sums[row][head][measure];
        Counting.Sums all = of.sums(own[0], own[1], own[2]);
        double share =
            counting == Counting.MUL_TARGET_ROWS
                ? all.keptOfTargetRows() / all.targetRows()
                : all.kept() / all.positions();
        surviving[head] += share / rows.length;
      }
    }
    return surviving;
  }

  /** The rows that have a score. */
  private IntStream counted(int measure, Counting counting) {
    return IntStream.range(0, measures.size())
        .filter(row -> !counting.needsTargets() || measures.get(row).get(measure).targetRows() > 0);
  }

  private double score(int row, int measure, Counting counting, double mass, float[] own) {
    return counting.score(measures.get(row).get(measure).sums(mass, own[1], own[2]));
  }

  /** {@code [head]} mean attention on key 0, of the queries from 1 on. */
  double[] sink() {
    return mean(sink);
  }

  /** {@code [head]} mean attention on the query's own position, of the queries from 1 on. */
  double[] self() {
    return mean(self);
  }

  private static double[] mean(double[][] byRow) {
    double[] mean = new double[byRow[0].length];
    for (double[] row : byRow) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += row[i] / byRow.length;
      }
    }
    return mean;
  }
}
