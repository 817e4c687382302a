package circuitscope.models.tokenizer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Encodes much text fast, to the very tokens of {@link Tokenizer#encode(String)}. May be shared by
 * threads.
 *
 * <p>A byte-level BPE tokenizer merges each word by itself, and a corpus has far fewer words than
 * tokens. So the text is cut into words here, and the library is asked once a word. It gets whole
 * stretches where its own rules matter: those with added tokens, with characters whose class may
 * have changed between versions of Unicode, or that are not in composed form where the tokenizer
 * composes. Other kinds of tokenizers get everything.
 */
public final class BulkEncoder {
  private static final int LONGEST_WORD = 48;
  private static final int MOST_WORDS = 1 << 18;

  private final Tokenizer tokenizer;
  private final @Nullable WordRules rules;
  private final boolean[] opensAdded = new boolean[128]; // [character]
  private final Map<String, int[]> words = new ConcurrentHashMap<>();

  BulkEncoder(Tokenizer tokenizer, Optional<WordRules> rules) {
    this.tokenizer = tokenizer;
    boolean ascii =
        rules.isPresent()
            && rules.get().added().stream().allMatch(text -> text.charAt(0) < opensAdded.length);
    this.rules = ascii ? rules.orElseThrow() : null;
    if (this.rules != null) {
      this.rules.added().forEach(text -> opensAdded[text.charAt(0)] = true);
    }
  }

  /** Whether words are looked up; otherwise the library encodes everything. */
  public boolean cutsWords() {
    return rules != null;
  }

  /** The text's own tokens {@code [position]}, without special tokens around them. */
  public int[] encode(String text) {
    WordRules known = rules;
    if (known == null) {
      return tokenizer.encode(text);
    }
    Ids ids = new Ids(text.length() / 3 + 8);
    int from = 0;
    while (from < text.length()) {
      int to = end(text, from);
      String stretch = text.substring(from, to);
      if (isPlain(stretch, known)) {
        known.cut(stretch, (begin, end) -> ids.add(word(stretch.substring(begin, end))));
      } else {
        ids.add(tokenizer.encode(stretch));
      }
      from = to;
    }
    return ids.toArray();
  }

  private int[] word(String word) {
    int[] known = words.get(word);
    if (known != null) {
      return known;
    }
    int[] ids = tokenizer.encode(word);
    if (word.length() <= LONGEST_WORD && words.size() < MOST_WORDS) {
      words.put(word, ids);
    }
    return ids;
  }

  /**
   * The end of a line whose successor begins with ink, after ink and one newline: every
   * pre-tokenizer parts there, so that the stretches' tokens are the text's.
   */
  private static int end(String text, int from) {
    for (int newline = text.indexOf('\n', from + 1);
        newline >= 0 && newline + 1 < text.length();
        newline = text.indexOf('\n', newline + 1)) {
      if (isInk(text.charAt(newline - 1)) && isInk(text.charAt(newline + 1))) {
        return newline + 1;
      }
    }
    return text.length();
  }

  private static boolean isInk(char letter) {
    return !Character.isWhitespace(letter) && !Character.isSpaceChar(letter);
  }

  private boolean isPlain(String stretch, WordRules known) {
    boolean ascii = true;
    for (int at = 0; at < stretch.length(); at++) {
      char letter = stretch.charAt(at);
      if (letter < opensAdded.length) {
        if (opensAdded[letter] && beginsAdded(stretch, at, known)) {
          return false;
        }
      } else if (isSettled(letter)) {
        ascii = false;
      } else {
        return false;
      }
    }
    return ascii || !known.composed() || Normalizer.isNormalized(stretch, Normalizer.Form.NFC);
  }

  private static boolean beginsAdded(String stretch, int at, WordRules known) {
    for (String text : known.added()) {
      if (stretch.startsWith(text, at)) {
        return true;
      }
    }
    return false;
  }

  /** Latin, Greek and Cyrillic letters, punctuation and ideographs as old as Unicode 5. */
  private static boolean isSettled(char letter) {
    return (letter >= 0xa0 && letter < 0x370)
        || (letter >= 0x384 && letter < 0x500 && Character.isDefined(letter))
        || (letter >= 0x2010 && letter < 0x2028)
        || (letter >= 0x2030 && letter < 0x205f)
        || letter == 0x20ac
        || letter == 0x2122
        || (letter >= 0x3041 && letter < 0x3097)
        || (letter >= 0x4e00 && letter < 0x9fa6);
  }

  /** Token ids that grow. */
  private static final class Ids {
    private int[] ids;
    private int size;

    Ids(int capacity) {
      ids = new int[capacity];
    }

    void add(int[] more) {
      if (size + more.length > ids.length) {
        ids = Arrays.copyOf(ids, Math.max(2 * ids.length, size + more.length));
      }
      System.arraycopy(more, 0, ids, size, more.length);
      size += more.length;
    }

    int[] toArray() {
      return Arrays.copyOf(ids, size);
    }
  }
}
