package circuitscope.probes.analysis;

import circuitscope.models.tokenizer.Tokenizer;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One parameter as people write it: {@code maxTokens} of the record is {@code max-tokens} in a job
 * file and {@code --max-tokens} on the command line.
 *
 * @param type of the value, or of the elements when {@code list}; never primitive
 * @param byDefault as one would type it, or null when there is none
 */
public record Parameter(
    String name,
    Class<?> type,
    boolean list,
    boolean required,
    @Nullable String byDefault,
    double min,
    double max,
    String unit,
    String help) {

  static Parameter of(RecordComponent component) {
    Param param = component.getAnnotation(Param.class);
    if (param == null) {
      throw new IllegalArgumentException(
          "%s.%s has no @Param"
              .formatted(component.getDeclaringRecord().getName(), component.getName()));
    }
    boolean list = component.getType() == List.class;
    return new Parameter(
        kebab(component.getName()),
        boxed(list ? elementType(component.getGenericType()) : component.getType()),
        list,
        param.byDefault().isEmpty() && !param.optional(),
        param.byDefault().isEmpty() ? null : param.byDefault(),
        param.min(),
        param.max(),
        param.unit(),
        param.help());
  }

  /** What may be given, for help and error texts: "a whole number, at least 1 (tokens)". */
  public String allowed() {
    String kind = list ? "a list of values, each " + kind() : kind();
    String lowest = min == Double.NEGATIVE_INFINITY ? "" : ", at least " + plain(min);
    String highest = max == Double.POSITIVE_INFINITY ? "" : ", at most " + plain(max);
    return kind + lowest + highest + (unit.isEmpty() ? "" : " (" + unit + ")");
  }

  private String kind() {
    if (type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == Double.class) {
      return "a number";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (type == Path.class) {
      return "a path";
    }
    if (type.isEnum()) {
      return "one of " + String.join(", ", choices());
    }
    return "a text";
  }

  /** The words of an enum's constants as they are written; empty for other types. */
  public List<String> choices() {
    return type.isEnum()
        ? Arrays.stream(type.getEnumConstants()).map(Parameter::choice).toList()
        : List.of();
  }

  /**
   * One value read from what was typed or parsed.
   *
   * @throws IllegalArgumentException when it is not {@link #allowed()}
   */
  Object read(Object given) {
    // A single text keeps its spaces: ' Mary' and 'Mary' are different tokens.
    boolean asWritten = type == String.class && !list;
    String text = asWritten ? Tokenizer.wellFormed(given.toString()) : given.toString().strip();
    Object value;
    try {
      value = parse(text);
    } catch (ArithmeticException | IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: '%s' is not %s".formatted(name, text, allowed()), e);
    }
    if (value instanceof Number number
        && !(number.doubleValue() >= min && number.doubleValue() <= max)) {
      throw new IllegalArgumentException("%s: %s is not %s".formatted(name, text, allowed()));
    }
    return value;
  }

  private Object parse(String text) {
    if (type == Integer.class) {
      return new BigDecimal(text).intValueExact();
    }
    if (type == Long.class) {
      return new BigDecimal(text).longValueExact();
    }
    if (type == Double.class) {
      return Double.valueOf(text);
    }
    if (type == Boolean.class) {
      return switch (text) {
        case "true", "yes" -> true;
        case "false", "no" -> false;
        default -> throw new IllegalArgumentException(text);
      };
    }
    if (type == Path.class) {
      return Path.of(text);
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> choice(constant).equals(text.toLowerCase(Locale.ROOT)))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(text));
    }
    return text;
  }

  /** How a value is written in a job file, a manifest and a command. */
  static Object written(Object value) {
    return switch (value) {
      case Enum<?> constant -> choice(constant);
      case Path path -> path.toString();
      case List<?> values -> values.stream().map(Parameter::written).toList();
      default -> value;
    };
  }

  private static String choice(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String kebab(String camel) {
    return camel
        .chars()
        .mapToObj(c -> Character.isUpperCase(c) ? "-" + (char) (c + 32) : "" + (char) c)
        .collect(Collectors.joining());
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static Class<?> elementType(Type listType) {
    return (Class<?>) ((ParameterizedType) listType).getActualTypeArguments()[0];
  }

  private static Class<?> boxed(Class<?> type) {
    if (type == int.class) {
      return Integer.class;
    }
    if (type == long.class) {
      return Long.class;
    }
    if (type == double.class) {
      return Double.class;
    }
    return type == boolean.class ? Boolean.class : type;
  }
}
