package circuitscope.heads.icll;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Distances between model, automaton and learners, and how often each one's first choice is a
 * symbol that the automaton allows.
 *
 * @param symbolMass probability that the model gives to all symbols together
 * @param separatorMass probability of the separator, at positions where a symbol comes
 */
public record IcllResult(
    int languages,
    long positions,
    double meanStates,
    List<Distance> distances,
    List<Accuracy> accuracies,
    Estimate symbolMass,
    Estimate separatorMass,
    @Nullable IcllAblation ablation,
    Map<String, Object> protocol,
    TokensRead input)
    implements Result {

  /**
   * One distance.
   *
   * @param between both names
   * @param order of the learner; 0 when there is none
   * @param tvd total variation distance, 0 to 1: half of L1
   * @param l1 Σ |p − q|, 0 to 2
   * @param klNats KL(p ‖ q), 1e-7 added inside the logarithms; p the automaton, else the learner
   */
  public record Distance(
      String between,
      int order,
      Estimate tvd,
      Estimate l1,
      Estimate klNats,
      List<Point> byStringsSeen) {}

  /** The share of positions at which the first choice is allowed. */
  public record Accuracy(String who, int order, Estimate greedy, List<Point> byStringsSeen) {}

  /** A value after so many complete strings of the example. */
  public record Point(int stringsSeen, int languages, Estimate value) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d languages, %,d positions; the model gives the symbols %.3f of its mass, the"
                + " separator %.3f%n",
            languages,
            positions,
            symbolMass.value(),
            separatorMass.value()));
    for (Distance distance : distances) {
      text.append(line(distance.between(), "TVD", distance.tvd()));
    }
    for (Accuracy accuracy : accuracies) {
      text.append(line(accuracy.who(), "greedy accuracy", accuracy.greedy()));
    }
    if (ablation != null) {
      text.append("without ").append(ablation.heads()).append(":\n");
      for (IcllAblation.Effect effect : ablation.effects()) {
        text.append(line(effect.compared(), "TVD change", effect.tvdChange()));
        text.append(
            String.format(
                Locale.ROOT,
                "    %d random sets %.4f on average (%.4f to %.4f), p = %.3f%n",
                effect.randomTvdChanges().length,
                effect.mean(),
                effect.low(),
                effect.high(),
                effect.p()));
      }
    }
    return text.toString();
  }

  private static String line(String name, String what, Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "%-28s %s %.4f [%.4f, %.4f]%n",
        name,
        what,
        estimate.value(),
        estimate.low(),
        estimate.high());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return IcllFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Distance distance : distances) {
      addRows(rows, "tvd", distance.between(), distance.byStringsSeen());
    }
    for (Accuracy accuracy : accuracies) {
      addRows(rows, "greedy_accuracy", accuracy.who(), accuracy.byStringsSeen());
    }
    return List.of(
        new DataTable(
            "by-strings-seen",
            List.of("what", "who", "strings_seen", "languages", "value", "low", "high"),
            rows));
  }

  private static void addRows(
      List<List<Object>> rows, String what, String who, List<Point> points) {
    for (Point point : points) {
      Estimate value = point.value();
      rows.add(
          List.of(
              what,
              who,
              point.stringsSeen(),
              point.languages(),
              value.value(),
              value.low(),
              value.high()));
    }
  }
}
