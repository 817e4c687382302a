package circuitscope.probes.seed.bytes;

import circuitscope.models.tokenizer.BulkEncoder;
import circuitscope.models.tokenizer.PieceEncoding;
import circuitscope.models.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which token sequences a byte-level BPE tokenizer makes, found by encoding.
 *
 * <p>A word's tokens are those of its beginning whatever follows it, so a sequence is tried as it
 * ends. Only where what follows can move a cut before the end is it tried with continuations: after
 * white space, whose last character joins the next word; after an apostrophe, which contractions
 * take; and inside a character, which is completed.
 */
public final class BpeSegmenter implements Segmenter {
  private static final List<String> CONTINUATIONS =
      List.of("a", "l", "e", "Z", "1", ".", "'", "\n", " ", " a", "é", "中", "\u0001");

  private final Tokenizer tokenizer;
  private final BulkEncoder encoder;
  private final BitSet openers = new BitSet(); // tokens that begin with a space, made of their text
  private int[] lastEnded = {};
  private boolean lastMade = true;

  /**
   * Readies a tokenizer, which stays the caller's.
   *
   * @throws IllegalArgumentException when the tokenizer is no byte-level BPE whose cuts are known
   */
  public BpeSegmenter(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.encoder = tokenizer.bulk();
    if (tokenizer.encoding() != PieceEncoding.BYTE_LEVEL || !encoder.cutsWords()) {
      throw new IllegalArgumentException(
          "%s: exact bytes need byte-level BPE whose pre-tokenizer and normalizer are known; this tokenizer writes pieces as %s, and its cuts cannot be told from its file"
              .formatted(tokenizer.source(), tokenizer.encoding()));
    }
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      byte[] bytes = tokenizer.bytes(id);
      if (bytes.length > 0 && bytes[0] == ' ' && tried(new int[] {id})) {
        openers.set(id);
      }
    }
  }

  @Override
  public boolean begins(int[] tokens) {
    int last = tokens[tokens.length - 1];
    byte[] bytes = tokenizer.bytes(last);
    if (tokens.length > 1 && bytes.length > 0 && bytes[0] == ' ') {
      byte[] before = tokenizer.bytes(tokens[tokens.length - 2]);
      if (isInk(before[before.length - 1])) {
        // words meet before a space that follows ink
        return openers.get(last) && ends(Arrays.copyOf(tokens, tokens.length - 1));
      }
    }
    return tried(tokens);
  }

  /** {@link #makes}, asked for many tokens after the same ones. */
  private boolean ends(int[] tokens) {
    if (!Arrays.equals(tokens, lastEnded)) {
      lastEnded = tokens;
      lastMade = makes(tokens);
    }
    return lastMade;
  }

  private boolean tried(int[] tokens) {
    for (String text : texts(tokenizer.bytes(tokens))) {
      int[] made = encoder.encode(text);
      if (made.length >= tokens.length
          && Arrays.equals(made, 0, tokens.length, tokens, 0, tokens.length)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean makes(int[] tokens) {
    String text = text(tokenizer.bytes(tokens));
    return text != null && Arrays.equals(encoder.encode(text), tokens);
  }

  @Override
  public boolean parts(byte[] text, int at) {
    return text[at] == ' ' && isInk(text[at - 1]);
  }

  /** ASCII that is no white space; other bytes may be part of a space. */
  private static boolean isInk(byte letter) {
    return letter > ' ' && letter < 0x7f;
  }

  /** Texts that begin with those bytes, as many as can tell. */
  private static List<String> texts(byte[] bytes) {
    String text = text(bytes);
    if (text == null) {
      return completions(bytes).stream().map(BpeSegmenter::text).filter(t -> t != null).toList();
    }
    List<String> texts = new ArrayList<>(List.of(text));
    int end = text.length();
    boolean movable =
        end > 0
            && (Character.isWhitespace(text.charAt(end - 1))
                || Character.isSpaceChar(text.charAt(end - 1))
                || text.indexOf('\'', Math.max(0, end - 3)) >= 0);
    if (movable) {
      CONTINUATIONS.forEach(more -> texts.add(text + more));
    }
    return texts;
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Those bytes with their last character completed: every last byte, some of those between. */
  private static List<byte[]> completions(byte[] bytes) {
    int lead = bytes.length - 1;
    while (lead >= 0 && lead > bytes.length - 4 && (bytes[lead] & 0xc0) == 0x80) {
      lead--;
    }
    int first = lead < 0 ? 0 : Byte.toUnsignedInt(bytes[lead]);
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    int missing = lead + length - bytes.length;
    List<byte[]> completed = new ArrayList<>();
    for (int low = 0x80; missing > 0 && low < 0xc0; low++) {
      for (int high : missing == 1 ? new int[] {low} : new int[] {0x80, 0x90, 0xa0, 0xb0}) {
        byte[] whole = Arrays.copyOf(bytes, bytes.length + missing);
        Arrays.fill(whole, bytes.length, whole.length, (byte) high);
        whole[whole.length - 1] = (byte) low;
        completed.add(whole);
      }
    }
    return completed;
  }
}
