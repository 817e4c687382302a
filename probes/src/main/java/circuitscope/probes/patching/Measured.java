package circuitscope.probes.patching;

import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.statistics.Estimate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The metric of runs.
 *
 * @param values of patched runs {@code [cell][pair]}
 * @param clean of clean runs {@code [pair]}
 * @param corrupted of corrupted runs {@code [pair]}
 */
@SuppressWarnings("ArrayRecordComponent") // filled here, never compared
record Measured(double[][] values, double[] clean, double[] corrupted) {
  Measured(int cells, int pairs) {
    this(new double[cells][pairs], new double[pairs], new double[pairs]);
  }

  void runs(PatchedRuns runs) {
    scatter(runs.clean(), runs.batch(), clean);
    scatter(runs.corrupted(), runs.batch(), corrupted);
  }

  void put(int first, PairBatch batch, double[][] cells) {
    for (int i = 0; i < cells.length; i++) {
      scatter(cells[i], batch, values[first + i]);
    }
  }

  private static void scatter(double[] from, PairBatch batch, double[] to) {
    for (int i = 0; i < from.length; i++) {
      to[batch.indices().get(i)] = from[i];
    }
  }

  Measured only(List<Integer> cells) {
    double[][] kept = cells.stream().map(cell -> values[cell]).toArray(double[][]::new);
    return new Measured(kept, clean, corrupted);
  }

  /**
   * The normalised effect, a ratio of means.
   *
   * @throws IllegalArgumentException when clean and corrupted runs do not differ
   */
  double effect(int cell) {
    double difference = Arrays.stream(clean).sum() - Arrays.stream(corrupted).sum();
    if (!(Math.abs(difference) > 0)) {
      throw new IllegalArgumentException(
          "the metric of the clean and of the corrupted runs is the same, so that no share of the"
              + " difference can be told; choose other pairs or another metric");
    }
    return (Arrays.stream(values[cell]).sum() - Arrays.stream(corrupted).sum()) / difference;
  }

  double[] effects() {
    return IntStream.range(0, values.length).mapToDouble(this::effect).toArray();
  }

  /** The effect with its interval over pairs. */
  Estimate estimate(int cell, long seed) {
    double[][] sums = new double[clean.length][];
    for (int pair = 0; pair < sums.length; pair++) {
      sums[pair] = new double[] {values[cell][pair], clean[pair], corrupted[pair]};
    }
    Estimate drawn =
        Estimate.of(
            sums,
            seed,
            total ->
                PairMetric.normalised(total.values()[0], total.values()[1], total.values()[2]));
    return new Estimate(effect(cell), drawn.low(), drawn.high());
  }
}
