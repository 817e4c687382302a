package circuitscope.heads.detect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How often a head that sees an ordinal token raises its successor most (Gould et al. 2023,
 * "Successor Heads"): embedding, first MLP, OV circuit, unembedding.
 *
 * @param pairs tokens with a successor, by sequence
 * @param score {@code [head]} share of tokens for which the successor ranks highest of all ordinal
 *     tokens, with its interval over tokens and the null of successors shuffled among the tokens of
 *     a sequence
 */
public record Successors(
    Map<String, Object> protocol, Map<String, Integer> pairs, KindScores score) {

  /** The best heads in words. */
  String best(List<HeadScores.Head> heads, int count) {
    List<String> shown = new ArrayList<>();
    IntStream.range(0, heads.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -score.score()[i]))
        .limit(count)
        .forEach(
            i ->
                shown.add(
                    String.format(
                        Locale.ROOT,
                        "%s %.3f%s",
                        heads.get(i).head(),
                        score.score()[i],
                        score.outstanding(i) ? "*" : "")));
    return String.join(", ", shown);
  }
}
