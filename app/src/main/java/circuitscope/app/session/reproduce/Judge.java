package circuitscope.app.session.reproduce;

import circuitscope.app.session.reproduce.ExpectedTable.Row;
import circuitscope.app.session.reproduce.Reproduction.Line;
import circuitscope.app.session.reproduce.Reproduction.Verdict;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/** Gives the verdict on one expected number. */
final class Judge {
  private Judge() {}

  static Line line(ExpectedTable.Run run, String model, Row row, JsonNode document, String source) {
    Object value = Measure.of(document, row.at(), row.take());
    return new Line(
        run.name(),
        model,
        row.claim(),
        words(value),
        expected(row),
        holds(row, value) ? Verdict.HOLDS : Verdict.FAILS,
        row.source() == null ? source : row.source());
  }

  static boolean holds(Row row, Object value) {
    if (value instanceof List<?> names) {
      List<?> expected = (List<?>) row.expected();
      return switch (row.is()) {
        case SET -> new HashSet<>(names).equals(new HashSet<>(expected));
        case INCLUDES -> new HashSet<>(names).containsAll(expected);
        default -> throw misfit(row);
      };
    }
    double number = (Double) value;
    if (!(row.expected() instanceof Number given)) {
      throw misfit(row);
    }
    double expected = given.doubleValue();
    double tolerance = row.tolerance() == null ? 0 : row.tolerance();
    return switch (row.is()) {
      case WITHIN -> Math.abs(number - expected) <= tolerance;
      case FACTOR -> number >= expected / tolerance && number <= expected * tolerance;
      case EXACTLY -> number == expected;
      case AT_LEAST -> number >= expected;
      case AT_MOST -> number <= expected;
      case SET, INCLUDES -> throw misfit(row);
    };
  }

  private static IllegalArgumentException misfit(Row row) {
    return new IllegalArgumentException(
        "'%s': %s does not go with %s".formatted(row.claim(), row.is(), row.expected()));
  }

  private static String expected(Row row) {
    String expected = words(row.expected());
    return switch (row.is()) {
      case WITHIN -> expected + " ± " + words(row.tolerance() == null ? 0.0 : row.tolerance());
      case FACTOR -> expected + " ×/÷ " + words(row.tolerance() == null ? 1.0 : row.tolerance());
      case EXACTLY -> expected + " exactly";
      case AT_LEAST -> "≥ " + expected;
      case AT_MOST -> "≤ " + expected;
      case SET -> expected;
      case INCLUDES -> "among them " + expected;
    };
  }

  private static String words(Object value) {
    return switch (value) {
      case List<?> names ->
          String.join(" ", names.stream().map(Object::toString).sorted().toList());
      case Integer whole -> whole.toString();
      case Long whole -> whole.toString();
      case Number number when number.doubleValue() == Math.rint(number.doubleValue()) ->
          "%.0f".formatted(number.doubleValue());
      case Number number -> String.format(Locale.ROOT, "%.5g", number.doubleValue());
      default -> value.toString();
    };
  }
}
