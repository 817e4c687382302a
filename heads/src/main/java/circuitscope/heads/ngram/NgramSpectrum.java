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
   * @param largestOfSwaps 95th percentile over swaps of the largest excess per target of any head,
   *     each around its own mean: the null of the maximum
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
      @Nullable Double largestOfSwaps) {}

  /**
   * One head.
   *
   * @param order the largest n that passes the protocol's verdict; 1 when none does
   * @param sinkMass mean attention to the first position
   */
  public record Head(
      HeadName head, int layer, int index, int order, double sinkMass, List<Score> spectrum) {

    /** What counts at the order at which it is largest; −∞ when none was measured. */
    double strongest() {
      return spectrum.stream()
          .filter(score -> score.excessBeyondPosition() != null)
          .mapToDouble(Score::beyond)
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
   * @param positional the same with the sets of other rows: what the places of targets and decoys
   *     alone bring a head that looks at fixed distances
   * @param excessBeyondPosition excess per target without the positional part; the verdict's
   * @param swapsHigh 97.5th percentile over swaps, around their mean, of this head
   * @param p share of swaps in which some head reaches this beyond its mean
   */
  public record Score(
      int n,
      @Nullable Estimate score,
      @Nullable Double scoreOverUniform,
      @Nullable Estimate excess,
      @Nullable Double excessOverUniform,
      @Nullable Double excessIfBlind,
      @Nullable Estimate excessPerTarget,
      @Nullable Double positional,
      @Nullable Estimate excessBeyondPosition,
      @Nullable Double swapsHigh,
      @Nullable Double p) {

    /** What counts: excess per target beyond position, or NaN. */
    double beyond() {
      return excessBeyondPosition == null ? Double.NaN : excessBeyondPosition.value();
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
    text.append("\nhead    order  excess per target beyond position at n = 2, 3, …\n");
    for (Head head : best().stream().limit(SHOWN).toList()) {
      text.append(String.format(Locale.ROOT, "%-8s%5d ", head.head(), head.order()));
      for (Score score : head.spectrum().subList(1, head.spectrum().size())) {
        String shown =
            score.excessBeyondPosition() == null
                ? "-"
                : String.format(Locale.ROOT, "%.3f", score.beyond());
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
        row.add(orNaN(score.positional()));
        add(row, score.excessBeyondPosition());
        row.add(orNaN(score.swapsHigh()));
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
                "positional",
                "excess_beyond_position",
                "excess_beyond_position_low",
                "excess_beyond_position_high",
                "swaps_high",
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
