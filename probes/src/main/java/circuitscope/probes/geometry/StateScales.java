package circuitscope.probes.geometry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Mean and spread of every dimension of every state over a text, and which dimensions are massive.
 *
 * @param means {@code [state][dModel]}
 * @param deviations {@code [state][dModel]}
 * @param massive dimensions whose root mean square is beyond a multiple of the median dimension's,
 *     in any state: left out in all, so that states are compared in the same dimensions
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record StateScales(double[][] means, double[][] deviations, BitSet massive, long tokens) {

  /**
   * One pass over the tokens.
   *
   * @throws ArithmeticException when the stream is not finite
   */
  static StateScales of(
      Model model, List<TokenBatch> batches, boolean dropFirst, double factor, Progress progress) {
    int states = model.spec().layers() + 1;
    int width = model.spec().dModel();
    long tokens = 0;
    try (NDManager own = model.newManager()) {
      NDArray[] sums = new NDArray[states];
      NDArray[] squares = new NDArray[states];
      for (int state = 0; state < states; state++) {
        sums[state] = own.zeros(new Shape(width), DataType.FLOAT64);
        squares[state] = own.zeros(new Shape(width), DataType.FLOAT64);
      }
      for (TokenBatch batch : batches) {
        try (NDManager scope = model.newManager()) {
          NDArray[] rows = StateReader.read(model, batch, dropFirst, scope);
          tokens += rows[0].getShape().get(0);
          for (int state = 0; state < states; state++) {
            sums[state].addi(rows[state].sum(new int[] {0}));
            squares[state].addi(rows[state].square().sum(new int[] {0}));
          }
        }
        progress.advance(batch.batch());
      }
      double[][] first = new double[states][];
      double[][] second = new double[states][];
      for (int state = 0; state < states; state++) {
        first[state] = sums[state].toDoubleArray();
        second[state] = squares[state].toDoubleArray();
      }
      return of(first, second, tokens, factor, model.identity().origin());
    }
  }

  private static StateScales of(
      double[][] sums, double[][] squares, long tokens, double factor, String origin) {
    double[][] deviations = new double[sums.length][sums[0].length];
    BitSet massive = new BitSet();
    for (int state = 0; state < sums.length; state++) {
      double[] sorted = squares[state].clone();
      Arrays.sort(sorted);
      double most = factor * factor * sorted[sorted.length / 2];
      for (int i = 0; i < sorted.length; i++) {
        sums[state][i] /= tokens;
        double variance = squares[state][i] / tokens - sums[state][i] * sums[state][i];
        if (!Double.isFinite(variance)) {
          throw new ArithmeticException(
              "the residual stream of %s is not finite in state %d; run it in a wider --dtype"
                  .formatted(origin, state));
        }
        deviations[state][i] = Math.sqrt(Math.max(0, variance));
        massive.set(i, massive.get(i) || squares[state][i] > most);
      }
    }
    return new StateScales(sums, deviations, massive, tokens);
  }

  /** As one state: mean and spread of each dimension over the tokens of all states. */
  StateScales pooled() {
    int states = means.length;
    double[] mean = new double[means[0].length];
    double[] deviation = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      double square = 0;
      for (int state = 0; state < states; state++) {
        double own = means[state][i];
        mean[i] += own / states;
        square += (deviations[state][i] * deviations[state][i] + own * own) / states;
      }
      deviation[i] = Math.sqrt(Math.max(0, square - mean[i] * mean[i]));
    }
    return new StateScales(
        new double[][] {mean}, new double[][] {deviation}, massive, tokens * states);
  }

  /** By what a view multiplies the dimensions of a state: {@code [dModel]}. */
  double[] factors(View view, int state) {
    double[] factors = new double[means[state].length];
    for (int i = 0; i < factors.length; i++) {
      double deviation = deviations[state][i];
      factors[i] =
          switch (view) {
            case RAW -> 1;
            case Z_SCORED -> deviation > 0 ? 1 / deviation : 0;
            case WITHOUT_MASSIVE -> massive.get(i) ? 0 : 1;
          };
    }
    return factors;
  }

  /** The three switches of every such measure. */
  public enum View {
    RAW,
    /** Each dimension of each state less its mean, over its standard deviation. */
    Z_SCORED,
    WITHOUT_MASSIVE;

    /** As in words. */
    public String words() {
      return switch (this) {
        case RAW -> "raw";
        case Z_SCORED -> "z-scored";
        case WITHOUT_MASSIVE -> "without massive";
      };
    }
  }
}
