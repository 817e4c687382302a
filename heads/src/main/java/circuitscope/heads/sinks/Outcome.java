package circuitscope.heads.sinks;

import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a run shows under one intervention. Intervals are 95 % bootstrap intervals over samples; of
 * a control drawn several times they run from the least to the largest draw.
 *
 * @param draws random draws that a control is the mean of; 0 for anything else
 * @param lossNats of the targets that the intervention leaves as they were
 * @param changeNats of that loss against the untouched run, sample by sample on the same targets
 * @param sinks at position 0, and at the other position that the intervention is about
 * @param h norm at position 0 over that elsewhere, mean over layers: states, keys, values
 * @param cos cos(q_t, k_0), mean over layers, heads and queries
 */
public record Outcome(
    String name,
    int draws,
    Estimate lossNats,
    Estimate changeNats,
    List<Sink> sinks,
    Estimate h,
    Estimate k,
    Estimate v,
    Estimate cos) {

  /**
   * One key position.
   *
   * @param rate share of heads with α above ε
   * @param timesUniform mean α over that of uniform attention
   */
  public record Sink(int key, Estimate rate, Estimate timesUniform) {}

  /**
   * Reads a run.
   *
   * @param scored {@code [sample][position − 1]} targets that count; null for all
   * @param moved a second key to tell of; null for none
   */
  static Outcome of(
      String name,
      RunMeasure run,
      RunMeasure untouched,
      boolean @Nullable [][] scored,
      @Nullable Integer moved,
      long seed) {
    boolean[][] targets = scored == null ? run.everything() : scored;
    List<Sink> sinks = new ArrayList<>();
    for (int i = 0; i < run.keys().length; i++) {
      int key = run.keys()[i];
      if (key == 0 || (moved != null && moved == key)) {
        double floor = UniformAttention.alpha(key, run.lossNats()[0].length + 1);
        double[] times = run.alpha()[i].clone();
        for (int sample = 0; sample < times.length; sample++) {
          times[sample] /= floor;
        }
        sinks.add(new Sink(key, Estimate.mean(run.rate()[i], seed), Estimate.mean(times, seed)));
      }
    }
    return new Outcome(
        name,
        0,
        Estimate.mean(run.losses(targets), seed),
        Estimate.mean(run.changes(untouched, targets), seed),
        sinks,
        Estimate.mean(run.h(), seed),
        Estimate.mean(run.k(), seed),
        Estimate.mean(run.v(), seed),
        Estimate.mean(run.cos(), seed));
  }

  /** The mean of several draws of a control, with the least and the largest. */
  static Outcome ofDraws(String name, List<Outcome> draws) {
    List<Sink> sinks = new ArrayList<>();
    for (int i = 0; i < draws.getFirst().sinks().size(); i++) {
      int at = i;
      sinks.add(
          new Sink(
              draws.getFirst().sinks().get(i).key(),
              over(draws, one -> one.sinks().get(at).rate()),
              over(draws, one -> one.sinks().get(at).timesUniform())));
    }
    return new Outcome(
        name,
        draws.size(),
        over(draws, Outcome::lossNats),
        over(draws, Outcome::changeNats),
        sinks,
        over(draws, Outcome::h),
        over(draws, Outcome::k),
        over(draws, Outcome::v),
        over(draws, Outcome::cos));
  }

  private static Estimate over(List<Outcome> draws, Function<Outcome, Estimate> number) {
    var values = draws.stream().mapToDouble(one -> number.apply(one).value()).summaryStatistics();
    return new Estimate(values.getAverage(), values.getMin(), values.getMax());
  }
}
