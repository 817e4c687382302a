package circuitscope.viz.figure;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Figures as JSON: {@code {"format": "circuitscope.figure", "version": 1, "provenance": {…},
 * "figure": {"kind": …}}}.
 *
 * <p>NaN is written as the string {@code "NaN"}. An unknown property or kind is an error, not a
 * silence.
 */
public final class FigureJson {
  private static final String FORMAT = "circuitscope.figure";
  private static final int VERSION = 1;
  private static final Set<String> SUMMARY = Set.of("kind", "id", "title");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private FigureJson() {}

  /**
   * A figure as it is stored.
   *
   * @param provenance where its numbers come from
   */
  public record Stored(
      String format, int version, SortedMap<String, String> provenance, Figure figure) {}

  /**
   * What a file says of its figure before the numbers begin.
   *
   * @param kind as written in the file, {@code "heatmap"} say
   */
  public record Summary(String kind, String id, String title) {}

  public static String write(Figure figure) {
    return write(figure, Map.of());
  }

  /**
   * Stores a figure with where it came from.
   *
   * @param provenance model digest, seed, versions, … as the result's manifest has them
   */
  public static String write(Figure figure, Map<String, String> provenance) {
    try {
      return MAPPER.writeValueAsString(
          new Stored(FORMAT, VERSION, new TreeMap<>(provenance), figure));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("figure '" + figure.id() + "' cannot be written as JSON", e);
    }
  }

  /**
   * Reads a stored figure from a file.
   *
   * @throws IOException if the file cannot be read, is not a stored figure, or holds one whose
   *     shapes do not fit; the message names the file
   */
  public static Figure read(Path file) throws IOException {
    return read(Files.readString(file), file.toString());
  }

  /**
   * Reads a stored figure from its text.
   *
   * @param source what messages call the text: a file's name
   */
  public static Figure read(String json, String source) throws IOException {
    return readStored(json, source).figure();
  }

  /**
   * Reads a stored figure with its provenance.
   *
   * @throws IOException as {@link #read(Path)}
   */
  public static Stored readStored(Path file) throws IOException {
    return readStored(Files.readString(file), file.toString());
  }

  /**
   * Reads what a file says of its figure without its numbers, which may be many millions.
   *
   * @return empty if it is not a stored figure
   */
  public static Optional<Summary> summary(Path file) throws IOException {
    Map<String, String> found = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
        JsonParser parser = MAPPER.createParser(in)) {
      while (parser.nextToken() != null && !found.keySet().containsAll(SUMMARY)) {
        String name = parser.currentName();
        if (parser.currentToken() == JsonToken.START_ARRAY) {
          break;
        }
        if (parser.currentToken() == JsonToken.START_OBJECT && "provenance".equals(name)) {
          parser.skipChildren();
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
          found.putIfAbsent(name, parser.getText());
        }
      }
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    boolean stored = FORMAT.equals(found.get("format")) && found.keySet().containsAll(SUMMARY);
    return stored
        ? Optional.of(new Summary(text(found, "kind"), text(found, "id"), text(found, "title")))
        : Optional.empty();
  }

  private static String text(Map<String, String> found, String name) {
    return found.getOrDefault(name, "");
  }

  private static Stored readStored(String json, String source) throws IOException {
    Stored stored;
    try {
      stored = MAPPER.readValue(json, Stored.class);
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause() instanceof IllegalArgumentException shape ? shape : e;
      throw new IOException(source + ": not a stored figure: " + cause.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IOException(source + ": not JSON: " + e.getMessage(), e);
    }
    if (!FORMAT.equals(stored.format()) || stored.version() != VERSION) {
      throw new IOException(
          "%s: expected format %s version %d, got %s version %d; it was written by another program or a newer Circuitscope"
              .formatted(source, FORMAT, VERSION, stored.format(), stored.version()));
    }
    return stored;
  }
}
