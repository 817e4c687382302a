package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The keys and values of a GGUF file. Errors name the file, the key, what was read and expected.
 */
final class GgufMetadata {
  private final Path file;
  private final Map<String, GgufValue> values;

  GgufMetadata(Path file, Map<String, GgufValue> values) {
    this.file = file;
    this.values = Map.copyOf(values);
  }

  Path file() {
    return file;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  String text(String key) {
    if (values.get(key) instanceof GgufValue.Text(String value)) {
      return value;
    }
    throw invalid(key, "a text");
  }

  String textOr(String fallback, String key) {
    return has(key) ? text(key) : fallback;
  }

  /** A count, a width or an id: an integer from 0 to 2^31 − 1. */
  int natural(String key) {
    if (values.get(key) instanceof GgufValue.Whole(long value)
        && value >= 0
        && value <= Integer.MAX_VALUE) {
      return (int) value;
    }
    throw invalid(key, "an integer from 0 to 2147483647");
  }

  int naturalOr(int fallback, String key) {
    return has(key) ? natural(key) : fallback;
  }

  OptionalInt optionalNatural(String key) {
    return has(key) ? OptionalInt.of(natural(key)) : OptionalInt.empty();
  }

  double real(String key) {
    return switch (values.get(key)) {
      case GgufValue.Real(double value) when Double.isFinite(value) -> value;
      case GgufValue.Whole(long value) -> value;
      case null, default -> throw invalid(key, "a finite number");
    };
  }

  double realOr(double fallback, String key) {
    return has(key) ? real(key) : fallback;
  }

  boolean flagOr(boolean fallback, String key) {
    return switch (values.get(key)) {
      case null -> fallback;
      case GgufValue.Flag(boolean value) -> value;
      default -> throw invalid(key, "true or false");
    };
  }

  List<String> texts(String key) {
    if (values.get(key) instanceof GgufValue.Items items && items.kind() == GgufValue.Kind.STRING) {
      return items.texts();
    }
    throw invalid(key, "an array of texts");
  }

  /** An array of integers of at most 32 bits. */
  int[] integers(String key) {
    if (values.get(key) instanceof GgufValue.Items items && items.kind().isWhole()) {
      return IntStream.range(0, items.count())
          .map(i -> items.scalar(i) instanceof GgufValue.Whole(long value) ? (int) value : 0)
          .toArray();
    }
    throw invalid(key, "an array of integers");
  }

  /** An array of single-precision numbers. */
  float[] reals(String key) {
    if (values.get(key) instanceof GgufValue.Items items
        && items.kind() == GgufValue.Kind.FLOAT32) {
      return items.floats();
    }
    throw invalid(key, "an array of FLOAT32");
  }

  CheckpointException invalid(String key, String expected) {
    GgufValue value = values.get(key);
    return new CheckpointException(
        file,
        value == null
            ? "metadata '%s' is missing, expected %s".formatted(key, expected)
            : "metadata '%s' is %s, expected %s".formatted(key, shown(value), expected));
  }

  private static String shown(GgufValue value) {
    return switch (value) {
      case GgufValue.Whole(long whole) -> Long.toString(whole);
      case GgufValue.Real(double real) -> Double.toString(real);
      case GgufValue.Flag(boolean flag) -> Boolean.toString(flag);
      case GgufValue.Text(String text) ->
          "'" + (text.length() <= 80 ? text : text.substring(0, 80) + "…") + "'";
      case GgufValue.Items items -> "an array of %d %s".formatted(items.count(), items.kind());
    };
  }
}
