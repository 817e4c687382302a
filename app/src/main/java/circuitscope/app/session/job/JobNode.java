package circuitscope.app.session.job;

import circuitscope.probes.analysis.Nearest;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in a job file: reads what stands there and notes what is wrong with it, so that all
 * problems are told at once.
 *
 * @param place as people write it: {@code models[1].device}; empty for the whole file
 * @param problems shared by all places of one file
 */
record JobNode(JsonNode node, String place, Map<String, String> environment, Problems problems) {

  void problem(String text) {
    problems.add(place, text);
  }

  /** Notes keys that are not among {@code known}; false when this is no mapping. */
  boolean checkKeys(List<String> known) {
    if (!node.isObject()) {
      problem("expected a mapping with the keys " + String.join(", ", known));
      return false;
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!known.contains(key)) {
                at(key)
                    .problem(
                        "there is no key '%s'%s; there are: %s"
                            .formatted(key, Nearest.hint(key, known), String.join(", ", known)));
              }
            });
    return true;
  }

  /** Notes a problem that begins with the name of a key below: told at that key, if it is there. */
  void problemOf(String text) {
    int colon = text.indexOf(": ");
    if (colon > 0 && node.has(text.substring(0, colon))) {
      at(text.substring(0, colon)).problem(text.substring(colon + 2));
    } else {
      problem(text);
    }
  }

  boolean absent() {
    return node.isMissingNode() || node.isNull();
  }

  boolean has(String key) {
    return node.hasNonNull(key);
  }

  JobNode at(String key) {
    String below = place.isEmpty() ? key : place + "." + key;
    return new JobNode(node.path(key), below, environment, problems);
  }

  /** The items of a list; one item that is not in a list counts as a list of one. */
  List<JobNode> items() {
    if (absent()) {
      return List.of();
    }
    if (!node.isArray()) {
      return List.of(this);
    }
    List<JobNode> items = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      items.add(new JobNode(node.get(i), "%s[%d]".formatted(place, i), environment, problems));
    }
    return items;
  }

  /** The text here with its variables replaced; null when there is none or it is wrong. */
  @Nullable String text() {
    if (absent()) {
      return null;
    }
    if (!node.isValueNode()) {
      problem("expected one text or number");
      return null;
    }
    try {
      return Variables.expand(node.asText(), environment);
    } catch (IllegalArgumentException e) {
      problem(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /** Like {@link #text}, with a value for when there is none. */
  String textOr(String byDefault) {
    String text = text();
    return text == null ? byDefault : text;
  }

  /** Whether it says yes; notes what is neither yes nor no. */
  boolean flag() {
    return switch (textOr("no")) {
      case "yes", "true" -> true;
      case "no", "false" -> false;
      default -> {
        problem("expected yes or no");
        yield false;
      }
    };
  }

  /** A whole number; null when there is none or it is wrong. */
  @Nullable Long wholeNumber() {
    String text = text();
    try {
      return text == null ? null : Long.valueOf(text.strip());
    } catch (NumberFormatException e) {
      problem("'%s' is not a whole number".formatted(text));
      return null;
    }
  }

  /** Parameters as written: texts with their variables replaced, or lists of them. */
  Map<String, Object> parameters() {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (absent()) {
      return parameters;
    }
    if (!node.isObject()) {
      problem("expected a mapping of parameters");
      return parameters;
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              JobNode value = at(key);
              if (value.node.isArray()) {
                List<String> texts = new ArrayList<>();
                for (JobNode item : value.items()) {
                  texts.add(item.textOr(""));
                }
                parameters.put(key, texts);
              } else {
                String text = value.text();
                if (text != null) {
                  parameters.put(key, text);
                }
              }
            });
    return parameters;
  }
}
