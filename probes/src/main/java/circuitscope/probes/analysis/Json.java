package circuitscope.probes.analysis;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/**
 * How records become JSON everywhere: {@code lossNats} is {@code loss_nats}, nulls are left out.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();
  private static final DefaultPrettyPrinter PRINTER =
      new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n"));

  private Json() {}

  /**
   * What {@link #pretty} wrote, as a record again.
   *
   * @throws IOException when it is no such document
   */
  public static <T extends Record> T read(String document, Class<T> type) throws IOException {
    return MAPPER.readValue(document, type);
  }

  /** One document on one line, without the line's end. */
  public static String line(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          document.getClass().getName() + " cannot be written as JSON", e);
    }
  }

  /** One document, indented, lines ending with a line feed on every system. */
  public static String pretty(Object document) {
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          document.getClass().getName() + " cannot be written as JSON", e);
    }
  }
}
