package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How much every head attends to the previous token and, on blocks of random tokens given twice, to
 * the follower of a token's earlier copy: mean attention at offsets 1 and period − 1. It names the
 * heads whose composition is looked at; {@code heads detect} measures them in earnest.
 *
 * @param previous {@code [head]} over queries i ≥ 1
 * @param induction {@code [head]} over queries i ≥ period
 */
@SuppressWarnings("ArrayRecordComponent") // filled here, never compared
record OffsetAttention(List<HeadName> heads, double[] previous, double[] induction) {

  /**
   * Measures on {@code rows} rows of a random block, given twice.
   *
   * @param period tokens in a block, fewer where vocabulary or context are small
   */
  static OffsetAttention of(Subject subject, int rows, int period, long seed) {
    Model model = subject.model();
    List<HeadName> heads = HeadName.all(model.spec());
    int[][] ids = draw(subject, rows, period, seed);
    int length = ids[0].length;
    int block = length / 2;
    double[] previous = new double[heads.size()];
    double[] induction = new double[heads.size()];
    PatternReader reader =
        new PatternReader(
            (layer, pattern) -> {
              add(previous, layer, pattern, 1, 1);
              add(induction, layer, pattern, block - 1, block);
            });
    model.run(TokenBatch.of(ids), reader);
    return new OffsetAttention(heads, previous, induction);
  }

  private static int[][] draw(Subject subject, int rows, int period, long seed) {
    int vocab = subject.model().spec().vocab();
    List<Integer> tokens =
        new ArrayList<>(
            IntStream.range(0, vocab)
                .filter(id -> OrdinaryTokens.isOrdinary(id, subject.tokenizer()))
                .boxed()
                .toList());
    int block =
        Math.min(period, Math.min(tokens.size(), subject.model().spec().contextLength() / 2));
    if (block < 2) {
      throw new IllegalArgumentException(
          "a vocabulary of %d ordinary tokens and a context of %d leave no block to repeat"
              .formatted(tokens.size(), subject.model().spec().contextLength()));
    }
    Random random = new Random(seed);
    int[][] ids = new int[rows][2 * block];
    for (int[] row : ids) {
      Collections.shuffle(tokens, random);
      for (int i = 0; i < row.length; i++) {
        row[i] = tokens.get(i % block);
      }
    }
    return ids;
  }

  /** Adds each head's mean attention {@code offset} back, over queries from {@code first} on. */
  private static void add(double[] means, int layer, NDArray pattern, int offset, int first) {
    long[] shape = pattern.getShape().getShape(); // [batch, head, query, key]
    int heads = (int) shape[1];
    int positions = (int) shape[2];
    try (NDArray overRows = pattern.mean(new int[] {0})) {
      float[] values = overRows.toFloatArray();
      for (int head = 0; head < heads; head++) {
        double sum = 0;
        for (int query = first; query < positions; query++) {
          sum += values[(head * positions + query) * positions + query - offset];
        }
        means[layer * heads + head] = sum / (positions - first);
      }
    }
  }

  /** Heads above a threshold, the highest first. */
  List<HeadName> above(double[] scores, double threshold) {
    return IntStream.range(0, scores.length)
        .filter(i -> scores[i] > threshold)
        .boxed()
        .sorted((i, j) -> Double.compare(scores[j], scores[i]))
        .map(heads::get)
        .toList();
  }
}
