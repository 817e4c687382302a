package circuitscope.heads.ngram;

import circuitscope.heads.ngram.SpectrumColumns.Kind;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** From sums by row to means with intervals, their null, and the order of each head. */
final class SpectrumStatistics {
  /** Rows that must hold queries of an order before anything is said of it. */
  static final int LEAST_ROWS = 10;

  private final SpectrumSums sums;
  private final NgramAnalysis.Parameters p;
  private final List<NgramSpectrum.OrderInput> orders = new ArrayList<>();
  private final List<double[]> nulls = new ArrayList<>(); // [order − 1][swap]

  SpectrumStatistics(SpectrumSums sums, NgramAnalysis.Parameters p) {
    this.sums = sums;
    this.p = p;
    for (int order = 1; order <= p.maxOrder(); order++) {
      nulls.add(order == 1 ? new double[0] : sums.largestOfSwaps(order));
      orders.add(order(order, nulls.getLast()));
    }
  }

  List<NgramSpectrum.OrderInput> orders() {
    return orders;
  }

  private static boolean enough(double[] queries) {
    return Arrays.stream(queries).filter(count -> count > 0).count() >= LEAST_ROWS;
  }

  private NgramSpectrum.OrderInput order(int order, double[] largest) {
    double[] targeted = sums.queries(order, Kind.SCORE);
    double[] disagree = sums.queries(order, Kind.EXCESS);
    List<OrderSets.Sets> sets = sums.disagreeing(order);
    boolean compared = order > 1 && enough(disagree);
    return new NgramSpectrum.OrderInput(
        order,
        order - 1,
        (long) Arrays.stream(targeted).sum(),
        sets.size(),
        compared ? sets.stream().mapToInt(set -> set.targets().length).average().orElse(0) : null,
        compared ? sets.stream().mapToInt(set -> set.decoys().length).average().orElse(0) : null,
        enough(targeted) ? sums.uniform(order, Kind.SCORE) : null,
        compared ? sums.uniform(order, Kind.EXCESS) : null,
        compared ? SpectrumFigures.percentile(largest, 0.95) : null);
  }

  /**
   * One head.
   *
   * @param head its number among the heads of all layers
   */
  NgramSpectrum.Head head(HeadName name, int head) {
    List<NgramSpectrum.Score> spectrum = new ArrayList<>();
    int found = 1;
    for (NgramSpectrum.OrderInput input : orders) {
      double[] largestOfSwaps = nulls.get(input.n() - 1);
      NgramSpectrum.Score score = score(head, input, largestOfSwaps);
      spectrum.add(score);
      Estimate excess = score.excessBeyondPosition();
      Double largest = input.largestOfSwaps();
      if (excess != null
          && largest != null
          && excess.low() > 0
          && excess.value() > largest
          && excess.value() >= p.least()) {
        found = input.n();
      }
    }
    return new NgramSpectrum.Head(
        name, name.layer(), name.head(), found, sums.sinkMass(head), spectrum);
  }

  private NgramSpectrum.Score score(int head, NgramSpectrum.OrderInput input, double[] largest) {
    int n = input.n();
    Double uniform = input.uniformScore();
    Estimate score = uniform == null ? null : mean(sums.of(head, n, Kind.SCORE));
    Double overUniform = uniform == null || score == null ? null : score.value() - uniform;
    if (input.uniformExcess() == null) {
      return new NgramSpectrum.Score(
          n, score, overUniform, null, null, null, null, null, null, null, null);
    }
    Estimate excess = mean(sums.of(head, n, Kind.EXCESS));
    Estimate perTarget = mean(sums.of(head, n, Kind.PER_TARGET));
    Estimate beyond =
        Estimate.of(
            sums.besideOtherRows(head, n),
            p.seed(),
            total -> total.values()[1] / total.values()[0] - total.values()[3] / total.values()[2]);
    double reached = Arrays.stream(largest).filter(value -> value >= beyond.value()).count();
    return new NgramSpectrum.Score(
        n,
        score,
        overUniform,
        excess,
        excess.value() - input.uniformExcess(),
        whole(sums.of(head, n, Kind.BLIND)),
        perTarget,
        perTarget.value() - beyond.value(),
        beyond,
        SpectrumFigures.percentile(sums.swapsOf(head, n), 0.975),
        (1 + reached) / (1 + largest.length));
  }

  private Estimate mean(double[][] rows) {
    return Estimate.of(
        Arrays.stream(rows).filter(row -> row[0] > 0).toArray(double[][]::new),
        p.seed(),
        total -> total.values()[1] / total.values()[0]);
  }

  private static double whole(double[][] sums) {
    double queries = Arrays.stream(sums).mapToDouble(sum -> sum[0]).sum();
    return Arrays.stream(sums).mapToDouble(sum -> sum[1]).sum() / queries;
  }
}
