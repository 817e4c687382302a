package circuitscope.probes.ngram;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a table was counted from: everything that is needed to count it again.
 *
 * @param order length of the counted n-grams, 2 for bigrams
 * @param vocabulary ids of the tokenizer, the largest plus one
 * @param tokenizer where the tokenizer was read from
 * @param tokenizerDigest {@link VocabularyDigest} of the tokenizer
 * @param files the texts, in their order
 * @param length tokens a window
 * @param windows how many windows were counted
 * @param tokens in all windows
 * @param leftOut tokens at the end of the stream that fill no window; they are not counted
 * @param tokensDigest {@link StreamDigest} of the counted tokens
 * @param product version of Circuitscope that counted
 */
public record CountsProvenance(
    int order,
    int vocabulary,
    String tokenizer,
    String tokenizerDigest,
    List<String> files,
    int length,
    long windows,
    long tokens,
    long leftOut,
    String tokensDigest,
    String product) {
  static final String FORMAT = "circuitscope-ngram-counts-1";
  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

  public CountsProvenance {
    files = List.copyOf(files);
  }

  /** The id that stands for what comes before a window. */
  public int startPlaceholder() {
    return vocabulary;
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("format", FORMAT);
    metadata.put("order", Integer.toString(order));
    metadata.put("vocabulary", Integer.toString(vocabulary));
    metadata.put("tokenizer", tokenizer);
    metadata.put("tokenizer_digest", tokenizerDigest);
    metadata.put("length", Integer.toString(length));
    metadata.put("windows", Long.toString(windows));
    metadata.put("tokens", Long.toString(tokens));
    metadata.put("left_out", Long.toString(leftOut));
    metadata.put("tokens_digest", tokensDigest);
    metadata.put("product", product);
    try {
      metadata.put("files", JSON.writeValueAsString(files));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts is always JSON", e);
    }
    return metadata;
  }

  /**
   * @throws CountsException when {@code metadata} is not that of a counts file
   */
  static CountsProvenance of(Path file, Map<String, String> metadata) {
    String format = metadata.getOrDefault("format", "none");
    if (!format.equals(FORMAT)) {
      throw new CountsException(
          "%s: its metadata names the format '%s', expected '%s'; this is not a counts file, make one with 'circuitscope bigrams count'"
              .formatted(file, format, FORMAT));
    }
    try {
      CountsProvenance provenance =
          new CountsProvenance(
              Math.toIntExact(number(file, metadata, "order", 2)),
              Math.toIntExact(number(file, metadata, "vocabulary", 1)),
              text(file, metadata, "tokenizer"),
              text(file, metadata, "tokenizer_digest"),
              JSON.readValue(text(file, metadata, "files"), TEXTS),
              Math.toIntExact(number(file, metadata, "length", 1)),
              number(file, metadata, "windows", 1),
              number(file, metadata, "tokens", 1),
              number(file, metadata, "left_out", 0),
              text(file, metadata, "tokens_digest"),
              text(file, metadata, "product"));
      provenance.check(file);
      return provenance;
    } catch (JsonProcessingException | ArithmeticException e) {
      throw new CountsException(
          "%s: its metadata cannot be read (%s); count again".formatted(file, e.getMessage()), e);
    }
  }

  private void check(Path file) {
    if (vocabulary == Integer.MAX_VALUE
        || tokens != Math.multiplyExact(windows, length)
        || order > NgramKeys.LONGEST) {
      throw new CountsException(
          "%s: %d windows of %d tokens cannot be %d tokens, or the order %d or the vocabulary %d is out of range; the file is damaged, count again"
              .formatted(file, windows, length, tokens, order, vocabulary));
    }
  }

  private static String text(Path file, Map<String, String> metadata, String key) {
    String text = metadata.get(key);
    if (text == null) {
      throw new CountsException(
          "%s: its metadata has no '%s'; the file is damaged, count again".formatted(file, key));
    }
    return text;
  }

  private static long number(Path file, Map<String, String> metadata, String key, long least) {
    String text = text(file, metadata, key);
    try {
      long number = Long.parseLong(text);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new CountsException(
          "%s: '%s' in its metadata is '%s', expected a number; count again"
              .formatted(file, key, text),
          e);
    }
    throw new CountsException(
        "%s: '%s' in its metadata is %s, expected at least %d; count again"
            .formatted(file, key, text, least));
  }
}
