package circuitscope.models.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a tokenizer.json by id, and how they stand for bytes. Merges, the largest part of
 * such a file, are skipped.
 */
final class Vocabulary {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** No tokenizer has more; a wild id must not size an array. */
  private static final int LARGEST_ID = 1 << 24;

  private final List<@Nullable String> pieces = new ArrayList<>(); // [id]
  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<Integer, Boolean> added = new HashMap<>(); // id -> is special
  private PieceEncoding encoding = PieceEncoding.PLAIN;
  private Optional<WordRules> wordRules = Optional.empty();

  private Vocabulary() {}

  /** Reads the text of a tokenizer.json; {@code source} names it in errors. */
  static Vocabulary read(String tokenizerJson, String source) {
    Vocabulary vocabulary = new Vocabulary();
    try (JsonParser parser = new JsonFactory().setCodec(JSON).createParser(tokenizerJson)) {
      vocabulary.readTop(parser, source);
    } catch (IOException e) {
      throw new TokenizerException(
          "%s is not a tokenizer.json: %s".formatted(source, e.getMessage()), e);
    }
    if (vocabulary.pieces.isEmpty()) {
      throw new TokenizerException(source + " has no model.vocab; it is not a tokenizer.json");
    }
    return vocabulary;
  }

  /** Largest id plus one. */
  int size() {
    return pieces.size();
  }

  @Nullable Integer id(String piece) {
    return ids.get(piece);
  }

  PieceEncoding encoding() {
    return encoding;
  }

  /** How words are cut, where the file says all of it. */
  Optional<WordRules> wordRules() {
    return wordRules;
  }

  /** The piece as the file writes it. */
  String piece(int id) {
    if (id < 0 || id >= pieces.size()) {
      throw new TokenizerException(
          "token id %d is outside the tokenizer's vocabulary of %d".formatted(id, pieces.size()));
    }
    String piece = pieces.get(id);
    return piece == null ? "" : piece;
  }

  boolean isSpecial(int id) {
    return added.getOrDefault(id, false);
  }

  byte[] bytes(int id) {
    boolean itself = added.containsKey(id) && encoding == PieceEncoding.BYTE_LEVEL;
    return (itself ? PieceEncoding.PLAIN : encoding).bytes(piece(id));
  }

  private void readTop(JsonParser parser, String source) throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw new TokenizerException(source + " is not a tokenizer.json: it holds no JSON object");
    }
    JsonNode addedTokens = JSON.createArrayNode();
    PieceEncoding model = PieceEncoding.PLAIN;
    PieceEncoding decoder = PieceEncoding.PLAIN;
    PieceEncoding preTokenizer = PieceEncoding.PLAIN;
    ObjectNode modelSettings = JSON.createObjectNode();
    JsonNode normalizer = MissingNode.getInstance();
    JsonNode preTokenizerSteps = MissingNode.getInstance();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      switch (field) {
        case "model" -> model = readModel(parser, modelSettings, source);
        case "decoder" -> decoder = encodingOf(parser.readValueAsTree());
        case "pre_tokenizer" -> {
          preTokenizerSteps = parser.readValueAsTree();
          preTokenizer = encodingOf(preTokenizerSteps);
        }
        case "normalizer" -> normalizer = parser.readValueAsTree();
        case "added_tokens" -> addedTokens = parser.readValueAsTree();
        default -> parser.skipChildren();
      }
    }
    for (PieceEncoding said : List.of(decoder, model, preTokenizer)) {
      encoding = encoding == PieceEncoding.PLAIN ? said : encoding;
    }
    for (JsonNode token : addedTokens) {
      int id = token.path("id").asInt(-1);
      put(token.path("content").asText(), id, source);
      added.put(id, token.path("special").asBoolean());
    }
    wordRules = WordRules.of(modelSettings, normalizer, preTokenizerSteps, addedTokens);
  }

  private PieceEncoding readModel(JsonParser parser, ObjectNode settings, String source)
      throws IOException {
    boolean byteFallback = false;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return PieceEncoding.PLAIN;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      JsonToken value = parser.nextToken();
      if (field.equals("vocab") && value == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String piece = parser.currentName();
          parser.nextToken();
          put(piece, parser.getIntValue(), source);
        }
      } else if (field.equals("vocab")) { // Unigram: [[piece, score], …]
        JsonNode rows = parser.readValueAsTree();
        for (int id = 0; id < rows.size(); id++) {
          put(rows.get(id).path(0).asText(), id, source);
        }
      } else if (field.equals("byte_fallback")) {
        byteFallback = parser.getBooleanValue();
      } else if (value.isScalarValue()) {
        settings.set(field, parser.readValueAsTree());
      } else {
        parser.skipChildren();
      }
    }
    return byteFallback ? PieceEncoding.SENTENCE_PIECE : PieceEncoding.PLAIN;
  }

  private void put(String piece, int id, String source) {
    if (id < 0 || id >= LARGEST_ID) {
      throw new TokenizerException(
          "%s: piece '%s' has the id %d, expected 0 to %d"
              .formatted(source, piece, id, LARGEST_ID - 1));
    }
    while (pieces.size() <= id) {
      pieces.add(null);
    }
    pieces.set(id, piece);
    ids.put(piece, id);
  }

  /** Looks for the tell-tale steps in a decoder or pre-tokenizer, nested sequences included. */
  private static PieceEncoding encodingOf(JsonNode step) {
    PieceEncoding found =
        switch (step.path("type").asText()) {
          case "ByteLevel" -> PieceEncoding.BYTE_LEVEL;
          case "ByteFallback", "Metaspace" -> PieceEncoding.SENTENCE_PIECE;
          default -> PieceEncoding.PLAIN;
        };
    for (String nested : List.of("decoders", "pretokenizers")) {
      for (JsonNode inner : step.path(nested)) {
        found = found == PieceEncoding.PLAIN ? encodingOf(inner) : found;
      }
    }
    return found;
  }
}
