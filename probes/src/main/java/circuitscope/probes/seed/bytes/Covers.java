package circuitscope.probes.seed.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every token sequence that a tokenizer makes of a beginning of a text: the stems of the covers of
 * its prefixes. A cover of {@code text[..n]} is a stem that ends before n and one token that
 * reaches n or beyond.
 *
 * <p>Where tokens must meet whatever follows, only sequences that meet there are left, so that all
 * tokens before the last such place are fixed.
 */
final class Covers {
  /**
   * A sequence.
   *
   * @param at bytes that it stands for
   * @param fixed tokens before the last place where tokens must meet
   * @param parent number of the stem without its last token, −1 for the empty one
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Stem(int at, int[] tokens, int fixed, int parent) {
    int last() {
      return tokens[tokens.length - 1];
    }
  }

  private static final int MOST_KNOWN_BYTES = 1 << 26;

  private final Segmenter segmenter;
  private final TokenIndex index;
  private final int vocab;
  private final Map<List<Integer>, byte[]> known = new HashMap<>(); // 1 valid, 2 not

  Covers(TokenModel model, Segmenter segmenter) {
    this.segmenter = segmenter;
    this.index = new TokenIndex(model);
    this.vocab = model.vocab();
  }

  TokenIndex index() {
    return index;
  }

  /** The stems of a text, by where they end. */
  List<Stem> stems(byte[] text) {
    int[] meets = new int[text.length + 1]; // the last place before n where tokens must meet
    for (int n = 2; n <= text.length; n++) {
      meets[n] = segmenter.parts(text, n - 1) ? n - 1 : meets[n - 1];
    }
    List<List<Stem>> ending = new ArrayList<>(); // [at]
    IntStream.rangeClosed(0, text.length).forEach(at -> ending.add(new ArrayList<>()));
    ending.getFirst().add(new Stem(0, new int[0], 0, -1));
    List<Stem> stems = new ArrayList<>();
    for (int at = 0; at <= text.length; at++) {
      for (Stem stem : ending.get(at)) {
        stems.add(stem);
        grow(stem, stems.size() - 1, text, meets, ending);
      }
    }
    return stems;
  }

  private void grow(Stem stem, int number, byte[] text, int[] meets, List<List<Stem>> ending) {
    byte[] state = state(stem);
    TokenIndex.Range range = index.all();
    for (int n = stem.at() + 1; n <= text.length; n++) {
      range = index.narrow(range, n - 1 - stem.at(), text[n - 1]);
      for (int place = range.from(); place < range.to(); place++) {
        int token = index.id(place);
        if (index.bytes(token).length > n - stem.at()) {
          break; // longer ones come after
        }
        if (isMade(stem, token, state)) {
          int[] tokens = Arrays.copyOf(stem.tokens(), stem.tokens().length + 1);
          tokens[tokens.length - 1] = token;
          int fixed = tokensUpTo(tokens, meets[n]);
          if (fixed >= 0) {
            ending.get(n).add(new Stem(n, tokens, fixed, number));
          }
        }
      }
      if (range.isEmpty()) {
        return;
      }
    }
  }

  /** How many tokens make up that many bytes, −1 when one of them crosses the place. */
  private int tokensUpTo(int[] tokens, int bytes) {
    int count = 0;
    int at = 0;
    while (at < bytes) {
      at += index.bytes(tokens[count++]).length;
    }
    return at == bytes ? count : -1;
  }

  /** What is known of the tokens after a stem, to be handed to {@link #isMade}. */
  byte[] state(Stem stem) {
    if ((long) known.size() * vocab > MOST_KNOWN_BYTES) {
      known.clear();
    }
    List<Integer> since =
        Arrays.stream(stem.tokens(), stem.fixed(), stem.tokens().length).boxed().toList();
    return known.computeIfAbsent(since, s -> new byte[vocab]);
  }

  /** Whether the tokenizer makes some text begin with the stem and that token. */
  boolean isMade(Stem stem, int token, byte[] state) {
    if (state[token] == 0) {
      int[] tokens = Arrays.copyOfRange(stem.tokens(), stem.fixed(), stem.tokens().length + 1);
      tokens[tokens.length - 1] = token;
      state[token] = (byte) (segmenter.begins(tokens) ? 1 : 2);
    }
    return state[token] == 1;
  }

  boolean endsThere(Stem stem) {
    return segmenter.makes(Arrays.copyOfRange(stem.tokens(), stem.fixed(), stem.tokens().length));
  }
}
