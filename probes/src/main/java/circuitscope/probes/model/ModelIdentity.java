package circuitscope.probes.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a result says of the model that it was computed with.
 *
 * @param origin where the weights came from, as a person would say it
 * @param digestSource gives the digest of the stored weights; may read all of them
 * @param transforms named changes since, in order
 */
public record ModelIdentity(String origin, Supplier<String> digestSource, List<String> transforms) {

  public ModelIdentity {
    transforms = List.copyOf(transforms);
  }

  ModelIdentity(String origin, Supplier<String> digestSource) {
    this(origin, digestSource, List.of());
  }

  /** SHA-256 over sorted name, dtype, shape and stored bytes. */
  public String digest() {
    return digestSource.get();
  }

  ModelIdentity derived(String transform) {
    List<String> all = new ArrayList<>(transforms);
    all.add(transform);
    return new ModelIdentity(origin, digestSource, all);
  }
}
