package circuitscope.probes.seed.recycling;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.seed.attention.AttentionReader;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.RankCorrelation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What every head recovers in every window, and how query cosines go with it. */
final class RecyclingSums {
  private final Recovery.Plan plan;
  private final int heads;
  private final long seed;
  private final Recovery[][] byWindow; // [window][layer × head]
  private final double[][][] correlation; // [window][cosine, shuffled][distance], summed over heads
  private final int[][] correlated; // [window][distance] heads in those sums

  RecyclingSums(DecoderSpec spec, Recovery.Plan plan, int windows, long seed) {
    this.plan = plan;
    this.seed = seed;
    heads = spec.attention().heads();
    byWindow = new Recovery[windows][spec.layers() * heads];
    correlation = new double[windows][2][plan.distances().size()];
    correlated = new int[windows][plan.distances().size()];
  }

  Recovery.Plan plan() {
    return plan;
  }

  int windows() {
    return byWindow.length;
  }

  int heads() {
    return byWindow[0].length;
  }

  int headsPerLayer() {
    return heads;
  }

  /** The share that a choice without distance recovers for one head. */
  double share(int head, Recovery.Choice choice, int size) {
    double mass = 0;
    double total = 0;
    for (Recovery[] window : byWindow) {
      mass += window[head].mass(choice, 0, size, false);
      total += window[head].total(false);
    }
    return mass / total;
  }

  /** Queries that are averaged over. */
  long queries() {
    return Math.round(Arrays.stream(byWindow).mapToDouble(of -> of[0].total(false)).sum());
  }

  void add(AttentionReader.Layer layer, int firstWindow) {
    for (int row = 0; row < layer.rows(); row++) {
      int[][] ranks = new int[0][];
      for (int head = 0; head < heads; head++) {
        int n = layer.spec().headsPerGroup();
        ranks = head % n == 0 ? Recovery.ranks(layer, row, head / n) : ranks;
        Recovery recovery = Recovery.of(layer, row, head, ranks, plan);
        byWindow[firstWindow + row][layer.layer() * heads + head] = recovery;
        correlate(layer, row, head, recovery, firstWindow + row);
      }
    }
  }

  private void correlate(
      AttentionReader.Layer layer, int row, int head, Recovery recovery, int window) {
    int from = plan.firstQuery();
    Random random = new Random(seed + 31L * window + 1009L * (layer.layer() * heads + head));
    for (int distance = 0; distance < plan.distances().size(); distance++) {
      int s = plan.distances().get(distance);
      double[] recovered = Arrays.copyOfRange(recovery.byQuery(distance), from, layer.positions());
      double[] cosines = new double[recovered.length];
      for (int i = 0; i < cosines.length; i++) {
        cosines[i] = cosine(layer, row, head, from + i - s, from + i);
      }
      double rho = RankCorrelation.spearman(cosines, recovered);
      if (!Double.isNaN(rho)) {
        List<Double> shuffled = new ArrayList<>();
        Arrays.stream(cosines).forEach(shuffled::add);
        Collections.shuffle(shuffled, random);
        double[] dealt = shuffled.stream().mapToDouble(Double::doubleValue).toArray();
        correlation[window][0][distance] += rho;
        correlation[window][1][distance] += RankCorrelation.spearman(dealt, recovered);
        correlated[window][distance]++;
      }
    }
  }

  private static double cosine(AttentionReader.Layer layer, int row, int head, int t, int u) {
    int a = layer.query(row, t, head);
    int b = layer.query(row, u, head);
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < layer.spec().dHead(); i++) {
      dot += (double) layer.queries()[a + i] * layer.queries()[b + i];
      aa += (double) layer.queries()[a + i] * layer.queries()[a + i];
      bb += (double) layer.queries()[b + i] * layer.queries()[b + i];
    }
    return dot / Math.sqrt(aa * bb);
  }

  /** The mean over some heads of the share that a choice recovers. */
  Estimate recovered(
      int[] chosen, Recovery.Choice choice, int distance, int size, boolean without) {
    double[][] sums = new double[byWindow.length][2 * chosen.length];
    for (int window = 0; window < sums.length; window++) {
      for (int i = 0; i < chosen.length; i++) {
        Recovery recovery = byWindow[window][chosen[i]];
        sums[window][2 * i] = recovery.mass(choice, distance, size, without);
        sums[window][2 * i + 1] = recovery.total(without);
      }
    }
    return Estimate.of(sums, seed, RecyclingSums::meanRatio);
  }

  /** The mean over some heads of what key 0 draws. */
  Estimate firstTokenShare(int[] chosen) {
    double[][] sums = new double[byWindow.length][2 * chosen.length];
    for (int window = 0; window < sums.length; window++) {
      for (int i = 0; i < chosen.length; i++) {
        Recovery recovery = byWindow[window][chosen[i]];
        sums[window][2 * i] = recovery.total(false) - recovery.total(true);
        sums[window][2 * i + 1] = recovery.total(false);
      }
    }
    return Estimate.of(sums, seed, RecyclingSums::meanRatio);
  }

  private static double meanRatio(Estimate.Sums sums) {
    double mean = 0;
    for (int i = 0; i < sums.values().length; i += 2) {
      mean += sums.values()[i] / sums.values()[i + 1];
    }
    return 2 * mean / sums.values().length;
  }

  /** Spearman's ρ of query cosine and R over queries, mean over heads; shuffled for the null. */
  Estimate cosineCorrelation(int distance, boolean shuffled) {
    double[][] sums = new double[byWindow.length][];
    for (int window = 0; window < sums.length; window++) {
      sums[window] =
          new double[] {
            correlation[window][shuffled ? 1 : 0][distance], correlated[window][distance]
          };
    }
    return Estimate.of(sums, seed, total -> total.values()[0] / total.values()[1]);
  }
}
