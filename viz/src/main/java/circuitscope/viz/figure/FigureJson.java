package circuitscope.viz.figure;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  private FigureJson() {}

  private record Stored(
      String format, int version, SortedMap<String, String> provenance, Figure figure) {}

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
    return stored.figure();
  }
}
