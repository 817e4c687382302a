package circuitscope.heads.icll;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  /** Fewer languages than these, and a point of a curve is left out. */
  private static final int LEAST_LANGUAGES = 5;

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

  static IcllResult of(
      LanguageSums sums,
      @Nullable IcllAblation ablation,
      Languages languages,
      IcllAnalysis.Parameters p,
      int length,
      List<String> labels) {
    List<Distance> distances = new ArrayList<>();
    for (int i = 0; i < Comparison.ALL.size(); i++) {
      Comparison comparison = Comparison.ALL.get(i);
      Estimate tvd = sums.overall(LanguageSums.tvd(i));
      distances.add(
          new Distance(
              comparison.name(),
              comparison.order(),
              tvd,
              new Estimate(2 * tvd.value(), 2 * tvd.low(), 2 * tvd.high()),
              sums.overall(LanguageSums.kl(i)),
              points(sums, LanguageSums.tvd(i))));
    }
    List<Accuracy> accuracies = new ArrayList<>();
    for (int order = 0; order <= Languages.MAX_ORDER; order++) {
      int value = LanguageSums.MODEL_ACCURACY + order;
      accuracies.add(
          new Accuracy(
              order == 0 ? "model" : "%d-gram learner".formatted(order),
              order,
              sums.overall(value),
              points(sums, value)));
    }
    double states =
        languages.examples().stream()
            .mapToInt(example -> example.strings().automaton().states())
            .average()
            .orElse(0);
    return new IcllResult(
        languages.examples().size(),
        languages.examples().stream().mapToLong(example -> example.scored().length).sum(),
        states,
        distances,
        accuracies,
        sums.overall(LanguageSums.SYMBOL_MASS),
        sums.overall(LanguageSums.SEPARATOR_MASS),
        ablation,
        protocol(p, length, labels, languages),
        languages.read());
  }

  private static List<Point> points(LanguageSums sums, int value) {
    List<Point> points = new ArrayList<>();
    for (int seen = 0; seen < LanguageExample.MAX_STRINGS; seen++) {
      if (sums.languages(seen) >= LEAST_LANGUAGES) {
        points.add(new Point(seen, sums.languages(seen), sums.after(seen, value)));
      }
    }
    return points;
  }

  private static Map<String, Object> protocol(
      IcllAnalysis.Parameters p, int length, List<String> labels, Languages languages) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-icll/1");
    protocol.put(
        "languages",
        "states U{%d..%d}, alphabet U{%d..%d} of %d, edges a state U{1..%d}, no self-loops; minimised, duplicates removed"
            .formatted(
                p.minStates(),
                p.maxStates(),
                p.minAlphabet(),
                p.maxAlphabet(),
                p.symbols(),
                p.maxEdges()));
    protocol.put(
        "example",
        "U{%d..%d} strings of U{1..%d} symbols, cut at %d"
            .formatted(
                LanguageExample.MIN_STRINGS,
                LanguageExample.MAX_STRINGS,
                LanguageExample.MAX_STRING,
                length));
    protocol.put("symbol_tokens", labels);
    protocol.put("tokens", languages.symbols().policy());
    protocol.put(
        "positions", "where a symbol comes, the first of the example left out; not the separators");
    protocol.put("model", "softmax over the vocabulary, restricted to the symbols, renormalised");
    protocol.put(
        "learner",
        (p.addOne() ? "add-one, " : "")
            + "leftover shared by the order below; renormalised; order n looks at n-1 symbols");
    protocol.put("tvd", "total variation distance = L1 / 2");
    protocol.put("intervals", "95 % percentile bootstrap over languages");
    protocol.put("seed", p.seed());
    return protocol;
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d languages, %,d positions; the model gives the symbols %.3f of its mass, the separator"
                + " %.3f%n",
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
