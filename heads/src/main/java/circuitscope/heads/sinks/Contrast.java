package circuitscope.heads.sinks;

import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantity at the sink beside other tokens.
 *
 * @param comparison of the means: sink / others for norms, sink − others for cosines, with its
 *     bootstrap interval over samples
 */
public record Contrast(Spread sink, Spread others, Estimate comparison) {

  /** How the two means are compared. */
  enum By {
    RATIO,
    DIFFERENCE
  }

  /** Gathers a contrast sample by sample. */
  static final class Tally {
    private final By by;
    private final Spread.Tally sink = new Spread.Tally();
    private final Spread.Tally others = new Spread.Tally();
    private final List<double[]> samples = new ArrayList<>();
    private double[] open = new double[4];

    Tally(By by) {
      this.by = by;
    }

    void sink(double value, boolean keep) {
      sink.add(value, keep);
      open[0] += value;
      open[1]++;
    }

    void others(double value, boolean keep) {
      others.add(value, keep);
      open[2] += value;
      open[3]++;
    }

    /** Ends a sample. */
    void next() {
      samples.add(new double[] {1, open[0] / open[1], open[2] / open[3]});
      open = new double[4];
    }

    /** What the samples give so far, sample by sample: 1, mean at the sink, mean elsewhere. */
    List<double[]> samples() {
      return samples;
    }

    Contrast contrast(long seed) {
      return new Contrast(sink.spread(), others.spread(), compare(samples, by, seed));
    }
  }

  static Estimate compare(List<double[]> samples, By by, long seed) {
    return Estimate.of(
        samples.toArray(double[][]::new),
        seed,
        sums -> {
          double[] total = sums.values();
          return by == By.RATIO ? total[1] / total[2] : (total[1] - total[2]) / total[0];
        });
  }
}
