package circuitscope.probes.pairs;

import circuitscope.probes.pairs.PairTemplate.Draw;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The next argument of a docstring is the next one of the definition (after Heimersheim and Janiak
 * 2023, "A circuit for Python docstrings"). Corrupted: the definition names other arguments, so
 * that the docstring's order says nothing.
 */
final class DocstringTemplate implements Draw {
  private static final List<String> WORDS =
      IoiTemplate.words(
          "size name value key path line word text node user file image model state field order"
              + " group table point number length time data list date color shape table page type"
              + " output input index cost limit result rate code form part role event unit");

  private final PairTokens tokens;
  private final List<String> words;

  DocstringTemplate(PairTokens tokens) {
    this.tokens = tokens;
    this.words = tokens.words("argument", WORDS.stream().distinct().toList(), 13);
  }

  @Override
  public PromptPair draw(RandomGenerator random) {
    List<String> drawn = PairTemplate.some(words, 13, random);
    List<String> defined = drawn.subList(0, 6);
    List<String> others = drawn.subList(6, 9);
    List<String> corrupted =
        List.of(
            defined.get(0),
            defined.get(1),
            others.get(0),
            others.get(1),
            others.get(2),
            defined.get(5));
    int[] wrong =
        List.of(0, 1, 2, 3, 5).stream()
            .mapToInt(i -> tokens.requireSingle(" " + defined.get(i)))
            .toArray();
    return PromptPair.aligned(
        tokens.prompt(code(defined, defined, drawn)),
        tokens.prompt(code(corrupted, defined, drawn)),
        new int[] {tokens.requireSingle(" " + defined.get(4))},
        wrong,
        tokens::label);
  }

  private static String code(List<String> signature, List<String> documented, List<String> drawn) {
    return """
    def run(self, %s):
        \"""%s %s

        :param %s: %s
        :param %s: %s
        :param\
    """
        .formatted(
            String.join(", ", signature),
            drawn.get(9),
            drawn.get(10),
            documented.get(2),
            drawn.get(11),
            documented.get(3),
            drawn.get(12));
  }
}
