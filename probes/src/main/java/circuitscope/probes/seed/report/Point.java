package circuitscope.probes.seed.report;

import circuitscope.probes.statistics.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * One measured number and what stands around it.
 *
 * @param series what is measured
 * @param at where: a rate, a layer, a position
 * @param low of the 95 % bootstrap interval, null where there is none
 * @param chance what the null gives, null where there is none
 * @param count examples, tokens or bytes behind it
 */
public record Point(
    String series,
    double at,
    double value,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable Double chance,
    long count) {

  /** A number with its interval, which a single sequence or a rare thing does not have. */
  public static Point of(String series, double at, Estimate of, @Nullable Double chance, long n) {
    if (!(of.low() < of.high())) {
      return new Point(series, at, of.value(), null, null, chance, n);
    }
    return new Point(series, at, of.value(), of.low(), of.high(), chance, n);
  }

  /** A number without an interval. */
  public static Point of(String series, double at, double value, long count) {
    return new Point(series, at, value, null, null, null, count);
  }
}
