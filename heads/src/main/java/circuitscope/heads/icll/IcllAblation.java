package circuitscope.heads.icll;

import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;

/**
 * What ablating heads does to the distance between model and automaton or learner.
 *
 * @param kind of ablation
 */
public record IcllAblation(String kind, List<HeadName> heads, List<Effect> effects) {

  /**
   * The effect on one distance.
   *
   * @param compared with whom
   * @param order of the learner; 0 for the automaton
   * @param tvdBefore total variation distance of the whole model
   * @param tvdChange its change when the heads are ablated; above 0 is farther away
   * @param randomTvdChanges the change for each random set of as many other heads
   * @param p share of random sets that change it as much, both ways counted
   */
  public record Effect(
      String compared,
      int order,
      Estimate tvdBefore,
      Estimate tvdAfter,
      Estimate tvdChange,
      double[] randomTvdChanges,
      double p) {
    double low() {
      return java.util.Arrays.stream(randomTvdChanges).min().orElse(Double.NaN);
    }

    double high() {
      return java.util.Arrays.stream(randomTvdChanges).max().orElse(Double.NaN);
    }

    double mean() {
      return java.util.Arrays.stream(randomTvdChanges).average().orElse(Double.NaN);
    }
  }

  static IcllAblation of(
      List<HeadName> heads, LanguageSums whole, LanguageSums without, List<LanguageSums> random) {
    List<Effect> effects = new ArrayList<>();
    for (int i = 0; i < Comparison.ALL.size(); i++) {
      Comparison comparison = Comparison.ALL.get(i);
      if (comparison.kind() == Comparison.Kind.AUTOMATON_LEARNER) {
        continue; // no model in it
      }
      int tvd = LanguageSums.tvd(i);
      Estimate change = whole.change(without, tvd);
      double[] others =
          random.stream().mapToDouble(one -> whole.change(one, tvd).value()).toArray();
      double asFar =
          java.util.Arrays.stream(others)
              .filter(other -> Math.abs(other) >= Math.abs(change.value()))
              .count();
      effects.add(
          new Effect(
              comparison.name(),
              comparison.order(),
              whole.overall(tvd),
              without.overall(tvd),
              change,
              others,
              (1 + asFar) / (1 + others.length)));
    }
    return new IcllAblation("full zero of the heads' results, all positions", heads, effects);
  }
}
