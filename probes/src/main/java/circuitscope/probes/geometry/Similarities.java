package circuitscope.probes.geometry;

import circuitscope.probes.geometry.StateScales.View;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How alike the states of the stream are, in one view of its dimensions.
 *
 * @param cosine {@code [state][state]} mean cosine of the same token in two states
 * @param chance {@code [state][state]} mean cosine of different tokens in two states, the null of
 *     {@code cosine}; in one state, its anisotropy
 * @param cka {@code [state][state]} linear
 * @param debiased {@code [state][state]} of {@link Cka#debiased}
 * @param effectiveRank {@code [state]}
 * @param steps {@code [state]} from each state to the next
 */
public record Similarities(
    View view,
    Estimate[][] cosine,
    Estimate[][] chance,
    Estimate[][] cka,
    Estimate[][] debiased,
    Estimate[] effectiveRank,
    List<Step> steps) {

  /**
   * One layer's step, as subspaces see it.
   *
   * @param procrustes residual after the best rotation, 0 to 2
   * @param meanAngleDegrees of the principal angles between the leading directions
   * @param largestAngleDegrees the largest of them
   */
  public record Step(double procrustes, double meanAngleDegrees, double largestAngleDegrees) {}

  /** Numbers of some tokens, without intervals. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Numbers(
      double[][] cosine,
      double[][] chance,
      double[][] cka,
      double[][] debiased,
      double[] effectiveRank) {

    static Numbers of(SimilaritySums sums, View view, double[] effectiveRank) {
      Cka cka = sums.cka(view);
      return new Numbers(
          sums.cosines(view),
          sums.ofDifferentTokens(view),
          cka.linear(),
          cka.debiased(),
          effectiveRank);
    }
  }

  static Similarities of(View view, Numbers whole, List<Numbers> groups, List<Step> steps) {
    int states = whole.effectiveRank.length;
    return new Similarities(
        view,
        pairs(states, whole, groups, Numbers::cosine),
        pairs(states, whole, groups, Numbers::chance),
        pairs(states, whole, groups, Numbers::cka),
        pairs(states, whole, groups, Numbers::debiased),
        row(whole, groups, Numbers::effectiveRank),
        steps);
  }

  private static Estimate[][] pairs(
      int states, Numbers whole, List<Numbers> groups, Function<Numbers, double[][]> of) {
    return IntStream.range(0, states)
        .mapToObj(i -> row(whole, groups, numbers -> of.apply(numbers)[i]))
        .toArray(Estimate[][]::new);
  }

  private static Estimate[] row(
      Numbers whole, List<Numbers> groups, Function<Numbers, double[]> of) {
    double[] values = of.apply(whole);
    List<Estimate> row = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      int at = i;
      double[] parts = groups.stream().mapToDouble(group -> of.apply(group)[at]).toArray();
      row.add(Estimate.ofGroups(values[i], parts));
    }
    return row.toArray(Estimate[]::new);
  }

  /** Mean cosine of two different tokens of a state, {@code [state]}. */
  Estimate[] anisotropy() {
    return IntStream.range(0, chance.length).mapToObj(i -> chance[i][i]).toArray(Estimate[]::new);
  }

  /** What stands beside the diagonal: each state with the next. */
  static Estimate[] next(Estimate[][] pairs) {
    return IntStream.range(0, pairs.length - 1)
        .mapToObj(i -> pairs[i][i + 1])
        .toArray(Estimate[]::new);
  }
}
