package circuitscope.probes.residual;

import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Every token that has a next one, with its depth; collected window by window. */
final class DepthTokens {
  private final int layers;
  private final double tau;
  private final List<Token> tokens = new ArrayList<>();
  private final Map<Integer, Integer> counts = new HashMap<>();
  private int windows;

  /**
   * One token.
   *
   * @param depth first state from which the most likely token is the final one
   * @param klDepth first state from which KL to the end stays below τ
   * @param agrees {@code [state]} whether the state's most likely token is the final one
   * @param klNats {@code [state]}
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  record Token(
      int window,
      int position,
      int id,
      int finalId,
      double surprisalBits,
      int depth,
      int klDepth,
      boolean[] agrees,
      float[] klNats) {}

  DepthTokens(int layers, double tau) {
    this.layers = layers;
    this.tau = tau;
  }

  /** The next token of each, row by row; 0 after the last one of a row. */
  static int[] following(TokenBatch batch) {
    int[] next = new int[batch.batch() * batch.positions()];
    for (int row = 0; row < batch.batch(); row++) {
      System.arraycopy(batch.ids()[row], 1, next, row * batch.positions(), batch.positions() - 1);
    }
    return next;
  }

  /**
   * Takes in a batch without padding.
   *
   * @param readings of each state
   */
  void add(TokenBatch batch, List<LensReader.Reading> readings) {
    LensReader.Reading end = readings.getLast();
    for (int row = 0; row < batch.batch(); row++) {
      for (int position = 0; position < batch.positions(); position++) {
        counts.merge(batch.ids()[row][position], 1, Integer::sum);
        int at = row * batch.positions() + position;
        if (position + 1 < batch.positions()) {
          boolean[] agrees = new boolean[layers + 1];
          boolean[] near = new boolean[layers + 1];
          float[] kl = new float[layers + 1];
          for (int state = 0; state <= layers; state++) {
            agrees[state] = readings.get(state).topIds()[at] == end.topIds()[at];
            kl[state] = readings.get(state).klNats()[at];
            near[state] = kl[state] < tau || state == layers;
          }
          tokens.add(
              new Token(
                  windows,
                  position,
                  batch.ids()[row][position],
                  end.topIds()[at],
                  -end.nextLogProb()[at] / Math.log(2),
                  settled(agrees),
                  settled(near),
                  agrees,
                  kl));
        }
      }
      windows += batch.positions() > 1 ? 1 : 0;
    }
  }

  /** The first index from which all that follow are true; the last one is. */
  static int settled(boolean[] holds) {
    int depth = holds.length - 1;
    while (depth > 0 && holds[depth - 1]) {
      depth--;
    }
    return depth;
  }

  int windows() {
    return windows;
  }

  int layers() {
    return layers;
  }

  List<Token> all() {
    return tokens;
  }

  /** The token that the text has most often. */
  int mostFrequent() {
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Integer, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
        .orElseThrow()
        .getKey();
  }

  /** The mean over some tokens, resampled by window. */
  Estimate mean(List<Token> some, long seed, ToDoubleFunction<Token> value) {
    double[][] sums = new double[windows][2];
    for (Token token : some) {
      sums[token.window()][0] += 1;
      sums[token.window()][1] += value.applyAsDouble(token);
    }
    return Estimate.of(sums, seed, total -> total.values()[1] / total.values()[0]);
  }

  /** Pearson's r of two values a token, such as ranks, resampled by window. */
  Estimate correlation(double[] x, double[] y, long seed) {
    double[][] sums = new double[windows][6];
    for (int i = 0; i < x.length; i++) {
      double[] sum = sums[tokens.get(i).window()];
      double[] terms = {1, x[i], y[i], x[i] * x[i], y[i] * y[i], x[i] * y[i]};
      Arrays.setAll(sum, k -> sum[k] + terms[k]);
    }
    return Estimate.of(
        sums,
        seed,
        total -> {
          double[] s = total.values();
          double xy = s[5] * s[0] - s[1] * s[2];
          return xy / Math.sqrt((s[3] * s[0] - s[1] * s[1]) * (s[4] * s[0] - s[2] * s[2]));
        });
  }
}
