package circuitscope.models.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: name to dtype, shape and byte range, and free texts.
 *
 * @param entries in the order of their bytes
 */
record SafetensorsHeader(Path file, Map<String, String> metadata, List<Entry> entries) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final String METADATA = "__metadata__";

  /** More dimensions than any tensor has; refuses headers made to exhaust memory. */
  private static final int LARGEST_RANK = 64;

  /** A tensor's bytes are {@code [begin, end)} after the header. */
  record Entry(String name, StoredType type, TensorShape shape, long begin, long end) {}

  static SafetensorsHeader parse(Path file, String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw new CheckpointException(
          file, "its header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    if (!(root instanceof ObjectNode object)) {
      throw new CheckpointException(file, "its header is not a JSON object");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (member.getKey().equals(METADATA)) {
        metadata.putAll(texts(file, member.getValue()));
      } else {
        entries.add(entry(file, member.getKey(), member.getValue()));
      }
    }
    entries.sort(
        Comparator.comparingLong(Entry::begin)
            .thenComparingLong(Entry::end)
            .thenComparing(Entry::name));
    return new SafetensorsHeader(file, Map.copyOf(metadata), List.copyOf(entries));
  }

  private static Map<String, String> texts(Path file, JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (!node.isObject()) {
      throw new CheckpointException(file, "__metadata__ is not an object of texts");
    }
    for (Map.Entry<String, JsonNode> text : node.properties()) {
      if (!text.getValue().isTextual()) {
        throw new CheckpointException(
            file, "__metadata__ '%s' is not a text".formatted(text.getKey()));
      }
      texts.put(text.getKey(), text.getValue().textValue());
    }
    return texts;
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    if (!node.isObject() || node.size() != 3) {
      throw broken(file, name, "is not described by exactly dtype, shape and data_offsets");
    }
    StoredType type = type(file, name, node.path("dtype").asText());
    TensorShape shape = new TensorShape(longs(file, name, node, "shape", LARGEST_RANK));
    long[] range = longs(file, name, node, "data_offsets", 2);
    if (range.length != 2 || range[0] > range[1]) {
      throw broken(file, name, "has data_offsets %s, expected a begin and an end".formatted(node));
    }
    long expected;
    try {
      expected = type.bytesFor(shape.elements());
    } catch (ArithmeticException e) {
      throw new CheckpointException(
          file, "tensor '%s' has shape %s, more than any file holds".formatted(name, shape), e);
    }
    if (range[1] - range[0] != expected) {
      throw broken(
          file,
          name,
          "takes %d bytes by its data_offsets [%d, %d], expected %d for %s %s"
              .formatted(range[1] - range[0], range[0], range[1], expected, type, shape));
    }
    return new Entry(name, type, shape, range[0], range[1]);
  }

  private static StoredType type(Path file, String name, String dtype) {
    return switch (dtype) {
      case "F64" -> StoredType.F64;
      case "F32" -> StoredType.F32;
      case "F16" -> StoredType.F16;
      case "BF16" -> StoredType.BF16;
      case "I64" -> StoredType.I64;
      case "I32" -> StoredType.I32;
      case "I16" -> StoredType.I16;
      case "I8" -> StoredType.I8;
      case "U8" -> StoredType.U8;
      case "BOOL" -> StoredType.BOOL;
      default ->
          throw broken(
              file,
              name,
              "has dtype '%s'; F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL can be read"
                  .formatted(dtype));
    };
  }

  private static long[] longs(Path file, String name, JsonNode node, String key, int most) {
    JsonNode array = node.path(key);
    if (!array.isArray() || array.size() > most) {
      throw broken(
          file, name, "has no '%s' that is a list of at most %d integers".formatted(key, most));
    }
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw broken(
            file, name, "has %s in its '%s', expected integers from 0".formatted(value, key));
      }
      values[i] = value.longValue();
    }
    return values;
  }

  /** The tensors must cover the {@code dataBytes} after the header exactly once. */
  void checkLayout(long dataBytes) {
    long covered = 0;
    String before = "the header";
    for (Entry entry : entries) {
      if (entry.end() > dataBytes) {
        throw broken(
            file,
            entry.name(),
            "ends at byte %d of the data, but the file has only %d; it is truncated, fetch it again"
                .formatted(entry.end(), dataBytes));
      }
      if (entry.begin() < covered) {
        throw broken(
            file,
            entry.name(),
            "overlaps %s: it begins at byte %d, expected %d"
                .formatted(before, entry.begin(), covered));
      }
      if (entry.begin() > covered) {
        throw broken(
            file,
            entry.name(),
            "leaves a hole after %s: it begins at byte %d, expected %d"
                .formatted(before, entry.begin(), covered));
      }
      covered = entry.end();
      before = "'" + entry.name() + "'";
    }
    if (covered != dataBytes) {
      throw new CheckpointException(
          file,
          "its tensors end at byte %d of the data, but %d bytes are there"
              .formatted(covered, dataBytes));
    }
  }

  private static CheckpointException broken(Path file, String name, String problem) {
    return new CheckpointException(file, "tensor '%s' %s".formatted(name, problem));
  }
}
