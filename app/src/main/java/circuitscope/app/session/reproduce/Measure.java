package circuitscope.app.session.reproduce;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds numbers in a result's document by a path: fields, list indices from 0, {@code *} for all
 * elements, {@code [FIELD=VALUE]} for one, joined by dots: {@code heads.*.scores.induction}, {@code
 * rows.[part=L9H9].share}.
 *
 * <p>Of several, {@code take} says what: {@code median}, {@code max}, {@code rank:N} (the N-th
 * largest) or {@code top:N} (the names of the N largest: each one's {@code head}, else its index).
 */
final class Measure {
  private record Found(String name, double value) {}

  private final List<Found> found = new ArrayList<>();

  private Measure() {}

  /**
   * The number, or a list of names.
   *
   * @throws IllegalArgumentException when nothing is there, or not what {@code take} needs
   */
  static Object of(JsonNode document, String at, @Nullable String take) {
    Measure measure = new Measure();
    measure.walk(document, List.of(at.split("\\.", -1)), "");
    if (measure.found.isEmpty()) {
      throw new IllegalArgumentException("the result holds no number at '%s'".formatted(at));
    }
    return measure.take(take, at);
  }

  private void walk(JsonNode node, List<String> path, String name) {
    if (path.isEmpty()) {
      if (node.isNumber()) {
        found.add(new Found(name, node.doubleValue()));
      }
      return;
    }
    String step = path.getFirst();
    List<String> rest = path.subList(1, path.size());
    if (step.equals("*")) {
      for (int i = 0; i < node.size(); i++) {
        walk(node.get(i), rest, node.get(i).path("head").asText(Integer.toString(i)));
      }
    } else if (step.startsWith("[") && step.endsWith("]")) {
      named(node, step).ifPresent(element -> walk(element, rest, name));
    } else if (node.isArray()) {
      walk(node.path(Integer.parseInt(step)), rest, name);
    } else {
      walk(node.path(step), rest, name);
    }
  }

  private static Optional<JsonNode> named(JsonNode array, String step) {
    String[] parts = step.substring(1, step.length() - 1).split("=", 2);
    return array
        .valueStream()
        .filter(one -> one.path(parts[0]).asText().equals(parts[1]))
        .findFirst();
  }

  private Object take(@Nullable String take, String at) {
    if (take == null) {
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "'%s' names %d numbers; say which with take".formatted(at, found.size()));
      }
      return found.getFirst().value();
    }
    List<Found> sorted =
        found.stream().sorted(Comparator.comparingDouble((Found one) -> -one.value())).toList();
    String[] parts = take.split(":", 2);
    int number = parts.length == 2 ? Integer.parseInt(parts[1]) : 1;
    if (number > sorted.size()) {
      throw new IllegalArgumentException(
          "%s of '%s', where there are %d".formatted(take, at, sorted.size()));
    }
    return switch (parts[0]) {
      case "median" -> median(sorted);
      case "max" -> sorted.getFirst().value();
      case "rank" -> sorted.get(number - 1).value();
      case "top" -> sorted.subList(0, number).stream().map(Found::name).toList();
      default ->
          throw new IllegalArgumentException(
              "take '%s' is none of median, max, rank:N, top:N".formatted(take));
    };
  }

  private static double median(List<Found> sorted) {
    int half = sorted.size() / 2;
    double upper = sorted.get(half).value();
    return sorted.size() % 2 == 1 ? upper : (upper + sorted.get(half - 1).value()) / 2;
  }
}
