package circuitscope.heads.ngram;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The n-gram spectrum of every head.
 *
 * @param convention what order n means
 * @param heads in the order of layers and heads
 */
public record NgramSpectrum(
    String convention,
    List<OrderInput> orders,
    List<Head> heads,
    Map<String, Object> protocol,
    TokensRead input)
    implements Result {
  static final String CONVENTION =
      "order n attends to what followed the last n-1 tokens before: order 2 is ordinary induction;"
          + " n_code = n-1 matched tokens";

  private static final int SHOWN = 8;

  /**
   * What the input holds for one order.
   *
   * @param nCode matched tokens, n−1
   * @param queriesWithTargets queries whose last n−1 tokens stood before
   * @param queriesThatDisagree those of them with decoys, keys that match n−2 tokens and not n−1
   * @param meanTargets targets of such a query
   * @param meanDecoys decoys of such a query
   * @param uniformScore score of uniform attention
   * @param uniformExcess excess of uniform attention; per target it is 0
   * @param largestShuffled 95th percentile over shuffles of the largest excess per target of any
   *     head: the null of the maximum
   */
  public record OrderInput(
      int n,
      int nCode,
      long queriesWithTargets,
      long queriesThatDisagree,
      @Nullable Double meanTargets,
      @Nullable Double meanDecoys,
      @Nullable Double uniformScore,
      @Nullable Double uniformExcess,
      @Nullable Double largestShuffled) {}

  /**
   * One head.
   *
   * @param order the largest n that passes the protocol's verdict; 1 when none does
   * @param sinkMass mean attention to the first position
   */
  public record Head(
      HeadName head, int layer, int index, int order, double sinkMass, List<Score> spectrum) {

    /** Excess per target of the order at which it is largest; −∞ when none was measured. */
    double strongest() {
      return spectrum.stream()
          .filter(score -> score.excessPerTarget() != null)
          .mapToDouble(Score::perTarget)
          .max()
          .orElse(Double.NEGATIVE_INFINITY);
    }
  }

  /**
   * One order of one head; what too few sequences say something of is absent.
   *
   * @param score mean of Σ_T A over queries with targets
   * @param scoreOverUniform minus that of uniform attention
   * @param excess mean of Σ_T A − Σ_D A over queries with targets and decoys
   * @param excessOverUniform minus that of uniform attention
   * @param excessIfBlind what the excess would be if the head did not tell T from D: the share
   *     expected from the sizes of the sets
   * @param excessPerTarget mean of Σ_T A / |T| − Σ_D A / |D|
   * @param shuffledHigh 97.5th percentile of this head's excess per target over shuffles
   * @param p share of shuffles in which some head reaches the excess per target
   */
  public record Score(
      int n,
      @Nullable Estimate score,
      @Nullable Double scoreOverUniform,
      @Nullable Estimate excess,
      @Nullable Double excessOverUniform,
      @Nullable Double excessIfBlind,
      @Nullable Estimate excessPerTarget,
      @Nullable Double shuffledHigh,
      @Nullable Double p) {

    double perTarget() {
      return excessPerTarget == null ? Double.NaN : excessPerTarget.value();
    }
  }

  /** Heads by the strongest order that each has, best first. */
  public List<Head> best() {
    return heads.stream().sorted(Comparator.comparingDouble(head -> -head.strongest())).toList();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder(convention).append('\n');
    text.append("queries in which order n and n-1 disagree:");
    for (OrderInput order : orders.subList(1, orders.size())) {
      text.append(" n=%d %,d".formatted(order.n(), order.queriesThatDisagree()));
    }
    text.append("\nhead    order  excess per target at n = 2, 3, …\n");
    for (Head head : best().stream().limit(SHOWN).toList()) {
      text.append(String.format(Locale.ROOT, "%-8s%5d ", head.head(), head.order()));
      for (Score score : head.spectrum().subList(1, head.spectrum().size())) {
        String shown =
            score.excessPerTarget() == null
                ? "-"
                : String.format(Locale.ROOT, "%.3f", score.perTarget());
        text.append(String.format(Locale.ROOT, "%8s", shown));
      }
      text.append('\n');
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return SpectrumFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Head head : heads) {
      for (Score score : head.spectrum()) {
        List<Object> row = new ArrayList<>(List.of(head.head().toString(), head.order()));
        row.add(head.sinkMass());
        row.add(score.n());
        add(row, score.score());
        row.add(orNaN(score.scoreOverUniform()));
        add(row, score.excess());
        row.add(orNaN(score.excessOverUniform()));
        row.add(orNaN(score.excessIfBlind()));
        add(row, score.excessPerTarget());
        row.add(orNaN(score.shuffledHigh()));
        row.add(orNaN(score.p()));
        rows.add(row);
      }
    }
    return List.of(
        new DataTable(
            "ngram-spectrum",
            List.of(
                "head",
                "order",
                "sink_mass",
                "n",
                "score",
                "score_low",
                "score_high",
                "score_over_uniform",
                "excess",
                "excess_low",
                "excess_high",
                "excess_over_uniform",
                "excess_if_blind",
                "excess_per_target",
                "excess_per_target_low",
                "excess_per_target_high",
                "shuffled_high",
                "p"),
            rows));
  }

  private static void add(List<Object> row, @Nullable Estimate estimate) {
    row.add(estimate == null ? Double.NaN : estimate.value());
    row.add(estimate == null ? Double.NaN : estimate.low());
    row.add(estimate == null ? Double.NaN : estimate.high());
  }

  private static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }
}
