package circuitscope.probes.analysis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The analyses that can be asked for by name. */
public final class AnalysisRegistry {
  private final SortedMap<String, Analysis<?, ?>> byId = new TreeMap<>();

  private AnalysisRegistry(Collection<? extends Analysis<?, ?>> analyses) {
    for (Analysis<?, ?> analysis : analyses) {
      Analysis<?, ?> other = byId.put(analysis.id(), analysis);
      if (other != null) {
        throw new IllegalArgumentException(
            "two analyses are called %s: %s and %s"
                .formatted(
                    analysis.id(), other.getClass().getName(), analysis.getClass().getName()));
      }
    }
  }

  public static AnalysisRegistry of(Collection<? extends Analysis<?, ?>> analyses) {
    return new AnalysisRegistry(analyses);
  }

  /** Those that ship with the product and those that the class path's services name. */
  public static AnalysisRegistry withServices(Collection<? extends Analysis<?, ?>> builtIn) {
    List<Analysis<?, ?>> all = new ArrayList<>(builtIn);
    ServiceLoader.load(Analysis.class).forEach(all::add);
    return new AnalysisRegistry(all);
  }

  /** In the order of their ids. */
  public Collection<Analysis<?, ?>> all() {
    return byId.values();
  }

  /**
   * The analysis of that name.
   *
   * @throws IllegalArgumentException naming the nearest when there is none
   */
  public Analysis<?, ?> find(String id) {
    Analysis<?, ?> analysis = byId.get(id);
    if (analysis == null) {
      throw new IllegalArgumentException(
          "there is no analysis '%s'%s; there are: %s"
              .formatted(id, Nearest.hint(id, byId.keySet()), String.join(", ", byId.keySet())));
    }
    return analysis;
  }
}
