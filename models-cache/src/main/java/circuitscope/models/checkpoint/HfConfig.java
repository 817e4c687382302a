package circuitscope.models.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A {@code config.json}. Where several keys are given, the first one that is present and not null
 * decides (families spell the same thing differently). Errors name the file, the key, what was read
 * and what was expected.
 */
public final class HfConfig {
  /** Python's writer leaves {@code Infinity} and {@code NaN} in JSON; real files contain them. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** No real configuration comes near this. */
  private static final long LARGEST_FILE_BYTES = 16 << 20;

  private final Path source;
  private final String prefix;
  private final ObjectNode root;

  private HfConfig(Path source, String prefix, ObjectNode root) {
    this.source = source;
    this.prefix = prefix;
    this.root = root;
  }

  public static HfConfig read(Path file) {
    try {
      long size = Files.size(file);
      if (size > LARGEST_FILE_BYTES) {
        throw new CheckpointException(
            file,
            "has %d bytes, expected a configuration of at most %d"
                .formatted(size, LARGEST_FILE_BYTES));
      }
      if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode root) {
        return of(file, root);
      }
      throw new CheckpointException(file, "is not a JSON object");
    } catch (JacksonException e) {
      throw new CheckpointException(file, "is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e, e);
    }
  }

  /** A configuration that came from elsewhere, such as the metadata of the file {@code source}. */
  public static HfConfig of(Path source, ObjectNode root) {
    return new HfConfig(source, "", root);
  }

  /** The file that errors name. */
  public Path source() {
    return source;
  }

  /** The family, {@code model_type}. */
  public String modelType() {
    return value(JsonNode::isTextual, "a model family", JsonNode::textValue, "model_type");
  }

  /** Whether the key is present and not null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  public int intValue(String... keys) {
    return value(HfConfig::isInt, "an integer", JsonNode::intValue, keys);
  }

  public int intOr(int fallback, String... keys) {
    return anyOf(keys) ? intValue(keys) : fallback;
  }

  public double doubleValue(String... keys) {
    return value(JsonNode::isNumber, "a number", JsonNode::doubleValue, keys);
  }

  public double doubleOr(double fallback, String... keys) {
    return anyOf(keys) ? doubleValue(keys) : fallback;
  }

  public boolean boolOr(boolean fallback, String... keys) {
    return anyOf(keys)
        ? value(JsonNode::isBoolean, "true or false", JsonNode::booleanValue, keys)
        : fallback;
  }

  public String stringOr(String fallback, String... keys) {
    return anyOf(keys) ? value(JsonNode::isTextual, "text", JsonNode::textValue, keys) : fallback;
  }

  /** A nested object such as {@code rope_parameters}; empty when absent or null. */
  public Optional<HfConfig> object(String key) {
    if (!has(key)) {
      return Optional.empty();
    }
    JsonNode node = value(JsonNode::isObject, "an object", Function.<JsonNode>identity(), key);
    return Optional.of(new HfConfig(source, prefix + key + ".", (ObjectNode) node));
  }

  /** A list of texts; empty when absent or null. */
  public List<String> strings(String key) {
    return list(key, "a list of texts", JsonNode::isTextual, JsonNode::textValue);
  }

  /** A list of numbers; empty when absent or null. */
  public List<Double> doubles(String key) {
    return list(key, "a list of numbers", JsonNode::isNumber, JsonNode::doubleValue);
  }

  public JsonNode json() {
    return root;
  }

  /** An error about one key of this configuration, for values that only a family can judge. */
  public CheckpointException invalid(String key, String expected) {
    JsonNode read = root.get(key);
    return new CheckpointException(
        source,
        read == null || read.isNull()
            ? "'%s%s' is missing, expected %s".formatted(prefix, key, expected)
            : "'%s%s' is %s, expected %s".formatted(prefix, key, shown(read), expected));
  }

  private boolean anyOf(String... keys) {
    return firstPresent(keys) != null;
  }

  private @Nullable String firstPresent(String... keys) {
    for (String key : keys) {
      if (has(key)) {
        return key;
      }
    }
    return null;
  }

  private <T> T value(
      Predicate<JsonNode> accepts, String expected, Function<JsonNode, T> as, String... keys) {
    String key = firstPresent(keys);
    if (key == null) {
      String others =
          keys.length == 1
              ? ""
              : " (or " + String.join(", ", List.of(keys).subList(1, keys.length)) + ")";
      throw invalid(keys[0], expected + others);
    }
    JsonNode node = root.get(key);
    if (!accepts.test(node)) {
      throw invalid(key, expected);
    }
    return as.apply(node);
  }

  private <T> List<T> list(
      String key, String expected, Predicate<JsonNode> accepts, Function<JsonNode, T> as) {
    if (!has(key)) {
      return List.of();
    }
    JsonNode node = value(JsonNode::isArray, expected, Function.<JsonNode>identity(), key);
    List<T> values = new ArrayList<>();
    for (JsonNode element : node) {
      if (!accepts.test(element)) {
        throw invalid(key, expected);
      }
      values.add(as.apply(element));
    }
    return List.copyOf(values);
  }

  /** Some files write integers with a point: 2048.0 is an integer too. */
  private static boolean isInt(JsonNode node) {
    return node.isNumber()
        && node.canConvertToInt()
        && node.doubleValue() == Math.rint(node.doubleValue());
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
