package circuitscope.heads.icll;

import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From sums by language to means with intervals, overall and by the strings seen. */
final class IcllStatistics {
  /** Fewer languages than these, and a point of a curve is left out. */
  private static final int LEAST_LANGUAGES = 5;

  private IcllStatistics() {}

  static IcllResult result(
      LanguageSums sums,
      @Nullable IcllAblation ablation,
      Languages languages,
      IcllAnalysis.Parameters p,
      int length,
      List<String> labels) {
    List<IcllResult.Distance> distances = new ArrayList<>();
    for (int i = 0; i < Comparison.ALL.size(); i++) {
      Comparison comparison = Comparison.ALL.get(i);
      Estimate tvd = sums.overall(LanguageSums.tvd(i));
      distances.add(
          new IcllResult.Distance(
              comparison.name(),
              comparison.order(),
              tvd,
              new Estimate(2 * tvd.value(), 2 * tvd.low(), 2 * tvd.high()),
              sums.overall(LanguageSums.kl(i)),
              points(sums, LanguageSums.tvd(i))));
    }
    List<IcllResult.Accuracy> accuracies = new ArrayList<>();
    for (int order = 0; order <= Languages.MAX_ORDER; order++) {
      int value = LanguageSums.MODEL_ACCURACY + order;
      accuracies.add(
          new IcllResult.Accuracy(
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

  private static List<IcllResult.Point> points(LanguageSums sums, int value) {
    List<IcllResult.Point> points = new ArrayList<>();
    for (int seen = 0; seen < LanguageExample.MAX_STRINGS; seen++) {
      if (sums.languages(seen) >= LEAST_LANGUAGES) {
        points.add(new IcllResult.Point(seen, sums.languages(seen), sums.after(seen, value)));
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
}
