package circuitscope.probes.pairs;

import circuitscope.probes.pairs.PairTemplate.Draw;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Indirect objects: "Then, Mary and John went to the store. John gave a drink to" (Mary). After
 * Wang et al. 2023, "Interpretability in the Wild", appendix E; half of the pairs name the subject
 * first. [A] is the indirect object, [B] the subject.
 */
final class IoiTemplate implements Draw {
  private static final List<String> SENTENCES =
      List.of(
          "Then, [A] and [B] went to the [PLACE]. [B] gave a [OBJECT] to",
          "When [A] and [B] went to the [PLACE], [B] gave a [OBJECT] to",
          "Then, [A] and [B] had a lot of fun at the [PLACE]. [B] gave a [OBJECT] to",
          "Then, [A] and [B] were working at the [PLACE]. [B] decided to give a [OBJECT] to",
          "While [A] and [B] were at the [PLACE], [B] handed the [OBJECT] to",
          "After [A] and [B] came to the [PLACE], [B] sent a [OBJECT] to");
  private static final List<String> NAMES =
      words(
          "Mary John Tom James Anna Jane Sarah David Michael Robert William Richard Thomas Charles"
              + " Daniel Paul Mark George Peter Henry Alice Emma Laura Kate Julia Susan Helen Ruth"
              + " Martha Jack Sam Joe Ben Adam Simon Martin Alex Jason Kevin Brian Lisa Karen Emily"
              + " Rose Grace Elizabeth Edward Arthur Philip Frank Harry Lucy");
  private static final List<String> PLACES =
      words(
          "store school house office hospital station church garden market room town city river"
              + " park restaurant village farm hall bank shop");
  private static final List<String> OBJECTS =
      words(
          "ring drink book letter ball basketball computer bone necklace snack kiss flower key"
              + " picture paper glass stone box bottle card");

  private final PairTokens tokens;
  private final boolean unrelated;
  private final List<String> names;
  private final List<String> places;
  private final List<String> objects;

  /**
   * @param unrelated whether the corrupted prompt has three other names, else the second subject is
   *     exchanged for the indirect object
   */
  IoiTemplate(PairTokens tokens, boolean unrelated) {
    this.tokens = tokens;
    this.unrelated = unrelated;
    this.names = tokens.words("name", NAMES, unrelated ? 5 : 3);
    this.places = tokens.words("place", PLACES, 2);
    this.objects = tokens.words("object", OBJECTS, 2);
  }

  static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  @Override
  public PromptPair draw(RandomGenerator random) {
    String sentence = SENTENCES.get(random.nextInt(SENTENCES.size()));
    if (random.nextBoolean()) {
      sentence = sentence.replace("[A] and [B]", "[B] and [A]");
    }
    sentence =
        sentence
            .replace("[PLACE]", places.get(random.nextInt(places.size())))
            .replace("[OBJECT]", objects.get(random.nextInt(objects.size())));
    List<String> drawn = PairTemplate.some(names, unrelated ? 5 : 2, random);
    String a = drawn.get(0);
    String b = drawn.get(1);
    int second = sentence.lastIndexOf("[B]");
    String before = sentence.substring(0, second);
    String after = sentence.substring(second + "[B]".length());
    String clean = filled(before, a, b) + b + after;
    String corrupted =
        unrelated
            ? filled(before, drawn.get(2), drawn.get(3)) + drawn.get(4) + after
            : filled(before, a, b) + a + after;
    return PromptPair.aligned(
        tokens.prompt(clean),
        tokens.prompt(corrupted),
        new int[] {tokens.requireSingle(" " + a)},
        new int[] {tokens.requireSingle(" " + b)},
        tokens::label);
  }

  private static String filled(String sentence, String a, String b) {
    return sentence.replace("[A]", a).replace("[B]", b);
  }
}
