package circuitscope.heads.causal;

import circuitscope.probes.statistics.Estimate;
import java.util.function.ToDoubleFunction;

/**
 * A number read off the losses of one row of tokens; positions are counted from 0.
 *
 * @param id as in results: {@code repeated_loss}
 * @param title for figures; all are in nats
 * @param definition in one line, for protocols
 * @param source the rows that it is taken on
 * @param ofRow from {@code [position − 1]} losses in nats, entry i that of token i+1
 */
public record Measure(
    String id,
    String title,
    String definition,
    Sample.Source source,
    ToDoubleFunction<float[]> ofRow) {

  /**
   * Loss on the second half of a block of random tokens given twice. The second block's first token
   * is left out: nothing before it says that the block begins again.
   *
   * @param period tokens a block
   */
  public static Measure repeated(int period) {
    return new Measure(
        "repeated_loss",
        "Loss on repeated tokens",
        "mean loss of tokens P+1 to 2P-1 of a block of P = %d random tokens given twice"
            .formatted(period),
        Sample.Source.REPEATED,
        losses -> mean(losses, period + 1, 2 * period - 1));
  }

  /** The in-context-learning score (Olsson et al. 2022): negative when later tokens are easier. */
  public static Measure inContext(int early, int late) {
    return new Measure(
        "icl_score",
        "In-context-learning score",
        "loss of token %d minus loss of token %d".formatted(late, early),
        Sample.Source.TEXT,
        losses -> losses[late - 1] - losses[early - 1]);
  }

  /**
   * The same from means over tokens around both: a steadier number, not the published score.
   *
   * @param around tokens on either side
   */
  public static Measure inContextWindowed(int early, int late, int around) {
    return new Measure(
        "icl_score_windowed",
        "In-context-learning score, windowed",
        "mean loss of tokens %d to %d minus that of tokens %d to %d"
            .formatted(late - around, late + around, early - around, early + around),
        Sample.Source.TEXT,
        losses ->
            mean(losses, late - around, late + around)
                - mean(losses, early - around, early + around));
  }

  /** Loss on text. */
  public static Measure text() {
    return new Measure(
        "text_loss",
        "Loss on text",
        "mean loss of a window's tokens but the first",
        Sample.Source.TEXT,
        losses -> mean(losses, 1, losses.length));
  }

  /** Mean loss of the tokens from {@code first} to {@code last}. */
  private static double mean(float[] losses, int first, int last) {
    double sum = 0;
    for (int token = first; token <= last; token++) {
      sum += losses[token - 1];
    }
    return sum / (last - first + 1);
  }

  /**
   * The mean over rows, with its interval over rows.
   *
   * @param losses {@code [row][position − 1]}, in nats
   */
  public Estimate estimate(float[][] losses, long seed) {
    return Estimate.mean(of(losses), seed);
  }

  /** The value of every row. */
  public double[] of(float[][] losses) {
    double[] values = new double[losses.length];
    for (int row = 0; row < values.length; row++) {
      values[row] = ofRow.applyAsDouble(losses[row]);
    }
    return values;
  }
}
