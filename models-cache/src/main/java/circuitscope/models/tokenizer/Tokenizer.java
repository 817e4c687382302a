package circuitscope.models.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Text to tokens and back, by Hugging Face's own tokenizer code, offline. May be shared by threads;
 * close it when no thread needs it.
 */
public final class Tokenizer implements AutoCloseable {
  /** What most models are trained to see between documents. */
  private static final String END_OF_TEXT = "<|endoftext|>";

  private final String source;
  private final Vocabulary vocabulary;
  private final NativeTokenizer library;
  private final SpecialTokens special;

  private Tokenizer(
      String source, Vocabulary vocabulary, NativeTokenizer library, SpecialTokens special) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.library = library;
    this.special = special;
  }

  /**
   * The tokenizer of a Hugging Face folder: tokenizer.json, else vocab.json with merges.txt;
   * special tokens by tokenizer_config.json, special_tokens_map.json and config.json.
   *
   * @throws TokenizerException when the folder has none, with the remedy
   */
  public static Tokenizer open(Path directory) throws IOException {
    TokenizerFiles files = TokenizerFiles.read(directory);
    Vocabulary vocabulary = Vocabulary.read(files.tokenizerJson(), files.source());
    SpecialTokens special = files.specialTokens(vocabulary);
    return new Tokenizer(
        files.source(),
        vocabulary,
        new NativeTokenizer(files.tokenizerJson(), files.source()),
        special);
  }

  /**
   * A tokenizer from the text of a tokenizer.json.
   *
   * @param source where it comes from, for error messages
   */
  public static Tokenizer fromJson(String tokenizerJson, SpecialTokens special, String source) {
    return new Tokenizer(
        source,
        Vocabulary.read(tokenizerJson, source),
        new NativeTokenizer(tokenizerJson, source),
        special);
  }

  /** The text's own tokens {@code [position]}, without special tokens around them. */
  public int[] encode(String text) {
    return toInts(library.ids(wellFormed(text), false));
  }

  /** The same as {@link #encode(String)}, made for much text; closed with this. */
  public BulkEncoder bulk() {
    return new BulkEncoder(this, vocabulary.wordRules());
  }

  /** The text's tokens under a BOS policy, each with its place in the text. */
  public Encoded encode(String text, BosPolicy policy) {
    String shown = wellFormed(text);
    NativeTokenizer.Spans spans = library.spans(shown, policy == BosPolicy.AUTO);
    int[] ids = toInts(spans.ids());
    int[] starts = new int[ids.length];
    int[] ends = new int[ids.length];
    int[] index = utf16Index(shown); // [code point]
    for (int i = 0; i < ids.length; i++) {
      CharSpan span = spans.spans()[i];
      boolean fromText = span != null;
      int before = i == 0 ? 0 : ends[i - 1];
      starts[i] = fromText ? index[span.getStart()] : before;
      ends[i] = fromText ? index[span.getEnd()] : before;
    }
    return withBos(new Encoded(shown, ids, starts, ends), policy);
  }

  /** The text of the tokens, as the tokenizer's decoder gives it, special tokens included. */
  public String decode(int[] ids) {
    for (int id : ids) {
      vocabulary.piece(id);
    }
    return library.decode(Arrays.stream(ids).asLongStream().toArray(), false);
  }

  /** Largest id plus one; a model's vocabulary may be padded beyond it. */
  public int vocabularySize() {
    return vocabulary.size();
  }

  /** The piece as the tokenizer's file writes it. */
  public String piece(int id) {
    return vocabulary.piece(id);
  }

  /** The id of a piece as the tokenizer's file writes it. */
  public OptionalInt id(String piece) {
    Integer id = vocabulary.id(piece);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Whether a token stands for structure rather than for text. */
  public boolean isSpecial(int id) {
    return vocabulary.isSpecial(id);
  }

  /** The UTF-8 bytes that a token stands for, perhaps a part of a character. */
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  /** The bytes of several tokens, one after the other. */
  public byte[] bytes(int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(vocabulary.bytes(id));
    }
    return bytes.toByteArray();
  }

  /** The token as it can stand on an axis: see {@link TokenLabel}. */
  public String label(int id) {
    return TokenLabel.of(vocabulary.bytes(id));
  }

  /** How the vocabulary writes bytes. */
  public PieceEncoding encoding() {
    return vocabulary.encoding();
  }

  public SpecialTokens specialTokens() {
    return special;
  }

  /**
   * The token that stands before each document of a corpus: {@code <|endoftext|>} where the
   * vocabulary has it, else BOS, else EOS.
   */
  public OptionalInt endOfText() {
    OptionalInt named = id(END_OF_TEXT);
    if (named.isPresent()) {
      return named;
    }
    return special.bos().isPresent() ? special.bos() : special.eos();
  }

  /** Where the tokenizer was read from, for messages. */
  public String source() {
    return source;
  }

  @Override
  public void close() {
    library.close();
  }

  private Encoded withBos(Encoded plain, BosPolicy policy) {
    boolean wanted =
        switch (policy) {
          case NO -> false;
          case YES -> true;
          case AUTO -> special.addBos() == SpecialTokens.AddBos.YES;
        };
    OptionalInt bos = special.bos().isPresent() ? special.bos() : endOfText();
    if (bos.isEmpty()) {
      if (policy == BosPolicy.YES) {
        throw new TokenizerException(
            "%s names no BOS token; give the text without one (--bos no)".formatted(source));
      }
      return plain;
    }
    boolean present = plain.size() > 0 && plain.ids()[0] == bos.getAsInt();
    boolean unwanted =
        policy == BosPolicy.AUTO
            && special.addBos() == SpecialTokens.AddBos.NO
            && present
            && plain.ends()[0] == 0;
    if (unwanted) {
      int size = plain.size();
      return new Encoded(
          plain.text(),
          Arrays.copyOfRange(plain.ids(), 1, size),
          Arrays.copyOfRange(plain.starts(), 1, size),
          Arrays.copyOfRange(plain.ends(), 1, size));
    }
    return wanted && !present
        ? new Encoded(
            plain.text(),
            prepend(bos.getAsInt(), plain.ids()),
            prepend(0, plain.starts()),
            prepend(0, plain.ends()))
        : plain;
  }

  private static int[] prepend(int first, int[] rest) {
    int[] all = new int[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  private static int[] toInts(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * The text as a tokenizer reads it: an unpaired surrogate is no character, can be written to no
   * file and would shift every span after it, so that U+FFFD stands in its place.
   */
  public static String wellFormed(String text) {
    boolean broken = text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    return broken
        ? text.codePoints()
            .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString()
        : text;
  }

  /** Index into the text of each code point, and of its end. */
  private static int[] utf16Index(String text) {
    int[] index = new int[text.codePointCount(0, text.length()) + 1];
    for (int point = 1; point < index.length; point++) {
      index[point] = text.offsetByCodePoints(index[point - 1], 1);
    }
    return index;
  }
}
