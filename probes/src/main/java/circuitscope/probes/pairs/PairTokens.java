package circuitscope.probes.pairs;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Text of prompt pairs to tokens, counting what this tokenizer does not allow. */
final class PairTokens {
  private final @Nullable Tokenizer tokenizer;
  private final BosPolicy bos;
  private final int vocab;
  private final Map<String, Integer> dropped = new TreeMap<>();

  /**
   * @param vocab of the model
   * @param tokenizer null when only ids are known
   */
  PairTokens(int vocab, @Nullable Tokenizer tokenizer, BosPolicy bos) {
    this.vocab = vocab;
    this.tokenizer = tokenizer;
    this.bos = bos;
  }

  String policy() {
    return bos.description();
  }

  Map<String, Integer> dropped() {
    return dropped;
  }

  void drop(String reason) {
    dropped.merge(reason, 1, Integer::sum);
  }

  String label(int id) {
    return tokenizer == null ? "#" + id : tokenizer.label(id);
  }

  Tokenizer required() {
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "the model has no tokenizer, and these pairs are texts; name one with --tokenizer, give"
              + " pairs of ids, or take --template induction");
    }
    return tokenizer;
  }

  /** A whole prompt, under the BOS policy. */
  int[] prompt(String text) {
    return required().encode(text, bos).ids();
  }

  /** What stands before the text of a prompt: the BOS token, or nothing. */
  int[] start() {
    return tokenizer == null ? new int[0] : tokenizer.encode("", bos).ids();
  }

  /** The token that a text is, empty when it is several. */
  OptionalInt single(String text) {
    int[] ids = required().encode(text);
    return ids.length == 1 ? OptionalInt.of(ids[0]) : OptionalInt.empty();
  }

  /**
   * The token that an answer is.
   *
   * @throws IllegalArgumentException when it is not one token, naming what it is
   */
  int requireSingle(String text) {
    int[] ids = required().encode(text);
    if (ids.length != 1) {
      throw new IllegalArgumentException(
          "the answer '%s' is %d tokens (%s); an answer is one token, with the space before it if"
                  .formatted(text, ids.length, labels(ids))
              + " there is one");
    }
    return ids[0];
  }

  private String labels(int[] ids) {
    return Arrays.stream(ids).mapToObj(this::label).collect(Collectors.joining(" "));
  }

  /**
   * Those words that are one token after a space.
   *
   * @param kind what the words are, for the count of those left out
   * @param least how many are needed
   * @throws IllegalArgumentException when there are fewer
   */
  List<String> words(String kind, List<String> words, int least) {
    List<String> kept = new ArrayList<>();
    for (String word : words) {
      if (single(" " + word).isPresent()) {
        kept.add(word);
      } else {
        drop(kind + " of several tokens");
      }
    }
    if (kept.size() < least) {
      throw new IllegalArgumentException(
          "%d of %d words (%s) are one token for this tokenizer, and the template needs %d; choose"
                  .formatted(kept.size(), words.size(), kind, least)
              + " another template or give pairs of your own with --pairs");
    }
    return kept;
  }

  /** Ids of the model's vocabulary that stand for text, as far as the tokenizer is known. */
  int[] ordinary() {
    return IntStream.range(0, vocab)
        .filter(
            id ->
                tokenizer == null || (id < tokenizer.vocabularySize() && !tokenizer.isSpecial(id)))
        .toArray();
  }
}
