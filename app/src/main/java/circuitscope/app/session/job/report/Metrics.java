package circuitscope.app.session.job.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a {@code result.json} under the names of their places. Truth values are 1 and 0;
 * texts are none. A member that holds a value with its interval is one number; a list's members are
 * called by their name where they have one, else by their place, from 0.
 */
final class Metrics {
  /** A number with its interval, where it has one. */
  record Metric(String name, double value, @Nullable Double low, @Nullable Double high) {}

  /** Members by which an element of a list is called, in this order. */
  private static final List<String> NAMES =
      List.of("head", "name", "label", "id", "learner", "method", "kind", "layer", "lambda");

  private static final Set<String> INTERVAL = Set.of("value", "low", "high");

  private final List<Metric> found = new ArrayList<>();

  static List<Metric> of(JsonNode result) {
    Metrics metrics = new Metrics();
    metrics.add("", result);
    return metrics.found;
  }

  private void add(String place, JsonNode node) {
    if (node.isNumber()) {
      found.add(new Metric(place, node.doubleValue(), null, null));
    } else if (node.isBoolean()) {
      found.add(new Metric(place, node.booleanValue() ? 1 : 0, null, null));
    } else if (node.isTextual() && node.textValue().matches("NaN|-?Infinity")) {
      found.add(new Metric(place, Double.parseDouble(node.textValue()), null, null));
    } else if (isInterval(node)) {
      found.add(
          new Metric(
              place,
              node.get("value").asDouble(Double.NaN),
              node.get("low").asDouble(Double.NaN),
              node.get("high").asDouble(Double.NaN)));
    } else if (node.isObject()) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        add(below(place, member.getKey()), member.getValue());
      }
    } else if (node.isArray()) {
      addAll(place, node);
    }
  }

  private void addAll(String place, JsonNode array) {
    String key = NAMES.stream().filter(name -> names(array, name)).findFirst().orElse(null);
    for (int i = 0; i < array.size(); i++) {
      String name = key == null ? Integer.toString(i) : array.get(i).get(key).asText();
      add(below(place, name), array.get(i));
    }
  }

  /** Whether that member tells the elements apart. */
  private static boolean names(JsonNode array, String member) {
    Set<String> seen = new HashSet<>();
    for (JsonNode one : array) {
      JsonNode name = one.get(member);
      if (name == null || !name.isValueNode() || !seen.add(name.asText())) {
        return false;
      }
    }
    return array.size() > 0;
  }

  private static boolean isInterval(JsonNode node) {
    return node.isObject()
        && node.size() == INTERVAL.size()
        && INTERVAL.stream().allMatch(name -> node.has(name) && node.get(name).isValueNode());
  }

  private static String below(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }
}
