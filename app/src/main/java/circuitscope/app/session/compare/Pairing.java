package circuitscope.app.session.compare;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks two JSON documents of one analysis together and pairs their numbers.
 *
 * <p>Elements of arrays are paired by what names them: the fewest leading fields (texts or whole
 * numbers) that tell all elements apart on both sides, such as {@code head} or {@code layer, part};
 * by their index where nothing does. What one side alone has is noted.
 */
final class Pairing {
  /** Settings, not answers: a difference in them is told, not measured. */
  private static final Set<String> SETTINGS =
      Set.of("protocol", "rules", "input", "digest", "seed", "source", "policy", "left_out");

  /** Names that make no more than an element's key. */
  private static final int MOST_KEY_FIELDS = 4;

  /**
   * Two numbers at one place.
   *
   * @param fields from the document's root; keys of arrays left out
   * @param keys of the arrays on the way
   * @param whole whether both are whole numbers
   */
  record Pair(List<String> fields, List<String> keys, double a, double b, boolean whole) {
    Pair {
      fields = List.copyOf(fields);
      keys = List.copyOf(keys);
    }
  }

  /** Something that is no number and differs. */
  record Text(String name, String a, String b) {}

  final List<Pair> pairs = new ArrayList<>();
  final List<Text> texts = new ArrayList<>();
  final List<String> onlyA = new ArrayList<>();
  final List<String> onlyB = new ArrayList<>();

  private final List<String> fields = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private final List<String> spelled = new ArrayList<>();
  private boolean settings;

  void walk(String root, JsonNode a, JsonNode b) {
    enter(root, () -> nodes(a, b));
  }

  private void enter(String field, Runnable inside) {
    if (field.isEmpty()) {
      inside.run();
      return;
    }
    fields.add(field);
    spelled.add(spelled.isEmpty() ? field : "." + field);
    inside.run();
    spelled.removeLast();
    fields.removeLast();
  }

  private void element(String key, Runnable inside) {
    keys.add(key);
    spelled.add("[" + key + "]");
    inside.run();
    spelled.removeLast();
    keys.removeLast();
  }

  private String name() {
    return String.join("", spelled);
  }

  private void nodes(JsonNode a, JsonNode b) {
    if (a.isObject() && b.isObject()) {
      objects(a, b);
    } else if (a.isArray() && b.isArray()) {
      arrays(a, b);
    } else if (a.isNumber() && b.isNumber() && !settings) {
      boolean whole = a.isIntegralNumber() && b.isIntegralNumber();
      pairs.add(new Pair(fields, keys, a.doubleValue(), b.doubleValue(), whole));
    } else if (!a.equals(b) && !fields.getLast().equals("digest")) { // told as other tokens
      texts.add(new Text(name(), a.asText(), b.asText()));
    }
  }

  private void objects(JsonNode a, JsonNode b) {
    Set<String> names = new LinkedHashSet<>();
    a.fieldNames().forEachRemaining(names::add);
    b.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      boolean outer = settings;
      settings |= SETTINGS.contains(name);
      enter(name, () -> both(a.get(name), b.get(name)));
      settings = outer;
    }
  }

  private void both(@Nullable JsonNode a, @Nullable JsonNode b) {
    if (a != null && b != null) {
      nodes(a, b);
    } else {
      (a == null ? onlyB : onlyA).add(name());
    }
  }

  private void arrays(JsonNode a, JsonNode b) {
    if (a.size() == 1 && b.size() == 1) {
      nodes(a.get(0), b.get(0)); // nothing to tell it from
      return;
    }
    List<String> naming = naming(a, b);
    Map<String, JsonNode> byKeyA = byKey(a, naming);
    Map<String, JsonNode> byKeyB = byKey(b, naming);
    Set<String> all = new LinkedHashSet<>(byKeyA.keySet());
    all.addAll(byKeyB.keySet());
    for (String key : all) {
      element(key, () -> both(byKeyA.get(key), byKeyB.get(key)));
    }
  }

  /** The leading fields that tell elements apart on both sides; none where the index must do. */
  private static List<String> naming(JsonNode a, JsonNode b) {
    if (a.isEmpty() || b.isEmpty() || !a.get(0).isObject() || !b.get(0).isObject()) {
      return List.of();
    }
    List<String> candidates = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : a.get(0).properties()) {
      boolean names = field.getValue().isTextual() || field.getValue().isIntegralNumber();
      if (names && !isConstant(a, field.getKey())) {
        candidates.add(field.getKey());
      }
    }
    for (int used = 1; used <= Math.min(MOST_KEY_FIELDS, candidates.size()); used++) {
      List<String> naming = candidates.subList(0, used);
      Map<String, JsonNode> inA = byKey(a, naming);
      Map<String, JsonNode> inB = byKey(b, naming);
      boolean shared = inA.keySet().stream().anyMatch(inB::containsKey);
      if (inA.size() == a.size() && inB.size() == b.size() && shared) {
        return naming;
      }
    }
    return List.of();
  }

  private static boolean isConstant(JsonNode array, String field) {
    JsonNode first = array.path(0).path(field);
    return array.size() > 1 && array.valueStream().allMatch(one -> one.path(field).equals(first));
  }

  private static Map<String, JsonNode> byKey(JsonNode array, List<String> naming) {
    Map<String, JsonNode> byKey = LinkedHashMap.newLinkedHashMap(array.size());
    for (int i = 0; i < array.size(); i++) {
      JsonNode element = array.get(i);
      String key =
          naming.isEmpty()
              ? Integer.toString(i)
              : String.join(
                  ", ", naming.stream().map(name -> element.path(name).asText("-")).toList());
      byKey.put(key, element);
    }
    return byKey;
  }
}
