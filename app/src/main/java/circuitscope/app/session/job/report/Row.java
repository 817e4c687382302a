package circuitscope.app.session.job.report;

import org.jspecify.annotations.Nullable;

/**
 * One number of one cell's result.
 *
 * @param seed the run's, from its manifest; null when nothing was drawn
 * @param metric the number's place in {@code result.json}: {@code heads.L3H4.scores.induction}
 * @param low of its 95 % interval; null when there is none
 */
public record Row(
    int cell,
    String model,
    String text,
    String analysis,
    String question,
    @Nullable String seed,
    String metric,
    double value,
    @Nullable Double low,
    @Nullable Double high) {

  private static final String TIMED = "(?i).*(seconds|_per_second|milliseconds|_nanos)";

  /** Whether the number says how long something took, which differs from run to run. */
  boolean timed() {
    return metric.matches(TIMED);
  }
}
