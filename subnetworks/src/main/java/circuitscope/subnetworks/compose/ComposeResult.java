package circuitscope.subnetworks.compose;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A subnetwork and what it gained from each unit that was given back.
 *
 * @param mask where it began
 * @param total weights that the mask speaks of
 * @param greedy what was chosen from; null for a list
 * @param steps step 0 is the beginning
 * @param fullLossNats the full model's loss
 * @param fullPearsonClamp the full model's r
 * @param searchSequences sequences by which units were chosen; they are not judged by
 */
public record ComposeResult(
    String mask,
    long total,
    Units.@Nullable Kind greedy,
    List<Step> steps,
    Estimate fullLossNats,
    Estimate fullPearsonClamp,
    TokensRead input,
    int searchSequences,
    @JsonIgnore int candidates,
    long seed,
    @JsonIgnore List<float[]> firstBits,
    @JsonIgnore List<String> labels)
    implements Result {

  private static final int TOKENS_SHOWN = 3;

  /**
   * A subnetwork on the way.
   *
   * @param unit that was given back; empty for the beginning
   * @param lossNats mean loss a token, with its interval
   * @param changeNats of the loss against the step before, sequence by sequence; null for step 0
   * @param pearsonClamp r with bigram surprisals, infinite ones clamped
   * @param pearsonDrop r with infinite ones dropped
   * @param tried units among which it was chosen; null for a list
   * @param searchLossNats its loss on the text that was searched on; null for a list
   * @param tokens helped and hurt most; null for step 0
   * @param digest of the mask
   * @param file of the mask; null when nothing was saved
   */
  public record Step(
      int step,
      String unit,
      long active,
      double share,
      Estimate lossNats,
      @Nullable Estimate changeNats,
      Estimate pearsonClamp,
      Estimate pearsonDrop,
      @Nullable Integer tried,
      @Nullable Double searchLossNats,
      @Nullable TokenChanges tokens,
      String digest,
      @Nullable String file) {

    /** How it is called where steps stand side by side. */
    String label() {
      return unit.isEmpty() ? "start" : "+ " + unit;
    }
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-12s %12s %9s %8s %20s %9s %9s  %s%n",
            "",
            "active",
            "share",
            "loss",
            "change [95 %], nats",
            "r clamped",
            "r dropped",
            "tokens helped most"));
    steps.forEach(step -> text.append(line(step)));
    text.append(
        String.format(
            Locale.ROOT,
            "%-12s %,12d %8.3f%% %8.4f %20s %9.4f%n",
            "full model",
            total,
            100.0,
            fullLossNats.value(),
            "",
            fullPearsonClamp.value()));
    return text.toString();
  }

  private static String line(Step step) {
    Estimate change = step.changeNats();
    TokenChanges tokens = step.tokens();
    return String.format(
        Locale.ROOT,
        "%-12s %,12d %8.3f%% %8.4f %20s %9.4f %9.4f  %s%n",
        step.label(),
        step.active(),
        100 * step.share(),
        step.lossNats().value(),
        change == null
            ? ""
            : String.format(
                Locale.ROOT, "%+.3f [%+.3f, %+.3f]", change.value(), change.low(), change.high()),
        step.pearsonClamp().value(),
        step.pearsonDrop().value(),
        tokens == null ? "" : String.join(" ", names(tokens)));
  }

  private static List<String> names(TokenChanges tokens) {
    return tokens.helped().stream().limit(TOKENS_SHOWN).map(TokenChanges.Token::token).toList();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("intervals", "95 % percentile bootstrap over sequences, 1000 resamples");
    protocol.put("change", "paired by sequence against the step before");
    protocol.put("seed", seed);
    protocol.put("tokens", input.policy());
    if (greedy != null) {
      protocol.put(
          "choice",
          "the unit of least mean loss on the first %d sequences, which are not judged by"
              .formatted(searchSequences));
      protocol.put(
          "ranking",
          "where there are more than %d units: -sum of gradient x weight over the unit's missing"
                  .formatted(candidates)
              + " weights, first order, on the same sequences");
    }
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return ComposeFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    List<List<Object>> changes = new ArrayList<>();
    for (Step s : steps) {
      Estimate change = s.changeNats();
      rows.add(
          List.of(
              s.step(),
              s.unit(),
              s.active(),
              s.share(),
              s.lossNats().value(),
              s.lossNats().low(),
              s.lossNats().high(),
              change == null ? Double.NaN : change.value(),
              change == null ? Double.NaN : change.low(),
              change == null ? Double.NaN : change.high(),
              s.pearsonClamp().value(),
              s.pearsonDrop().value()));
      TokenChanges tokens = s.tokens();
      if (tokens != null) {
        tokens.helped().forEach(token -> changes.add(row(s, token)));
        tokens.hurt().forEach(token -> changes.add(row(s, token)));
      }
    }
    return List.of(
        new DataTable(
            "steps",
            List.of(
                "step",
                "unit",
                "active",
                "share",
                "loss_nats",
                "loss_low",
                "loss_high",
                "change_nats",
                "change_low",
                "change_high",
                "pearson_clamp",
                "pearson_drop"),
            rows),
        new DataTable(
            "tokens",
            List.of("step", "unit", "id", "token", "places", "total_nats", "mean_nats"),
            changes));
  }

  private static List<Object> row(Step step, TokenChanges.Token token) {
    return List.of(
        step.step(),
        step.unit(),
        token.id(),
        token.token(),
        token.places(),
        token.totalNats(),
        token.meanNats());
  }
}
