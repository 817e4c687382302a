package circuitscope.subnetworks.mask;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parameter names with and without the base model's prefix: {@code transformer.h.0.attn…} in memory
 * and in most files, {@code h.0.attn…} in files saved from the base model.
 */
final class MaskNames {
  private MaskNames() {}

  /** The one among {@code names} that means the same parameter, or null. */
  static @Nullable String find(String parameter, Set<String> names) {
    if (names.contains(parameter)) {
      return parameter;
    }
    List<String> found = new ArrayList<>();
    for (String name : names) {
      if (name.endsWith("." + parameter) || parameter.endsWith("." + name)) {
        found.add(name);
      }
    }
    return found.size() == 1 ? found.getFirst() : null;
  }
}
