package circuitscope.subnetworks.mask;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How a mask came to be: texts under names, stored as they are in the metadata of its file. The
 * names below are those that Circuitscope itself writes; others are kept and shown.
 */
public record MaskProvenance(SortedMap<String, String> entries) {
  /** The model as the user named it. */
  public static final String MODEL = "model";

  /** Digest of the weights that the mask was made for; see {@code Checkpoint.digest}. */
  public static final String MODEL_DIGEST = "model_digest";

  public static final String TOKENS_DIGEST = "tokens_digest";
  public static final String BIGRAMS_DIGEST = "bigrams_digest";

  /** How the weights were chosen: sigmoid, hard-concrete, magnitude or random. */
  public static final String METHOD = "method";

  public static final String TARGET = "target";
  public static final String LAMBDA = "lambda";
  public static final String SEED = "seed";
  public static final String SCHEDULE = "schedule";
  public static final String STEPS = "steps";
  public static final String LEARNING_RATE = "learning_rate";
  public static final String BETA_GROWTH = "beta_growth";
  public static final String BATCH = "batch";
  public static final String LENGTH = "length";
  public static final String GRANULARITY = "granularity";
  public static final String DEVICE = "device";
  public static final String DTYPE = "dtype";

  /** Versions of the product and its libraries. */
  public static final String VERSIONS = "versions";

  /** What was done to {@link #PARENTS}: {@code union}, {@code random matrix}, … */
  public static final String OPERATION = "operation";

  /** The masks that this one was made from: name and digest of each, one a line. */
  public static final String PARENTS = "parents";

  /** The file that an imported mask was read from. */
  public static final String SOURCE = "source";

  public static final MaskProvenance NONE = new MaskProvenance(new TreeMap<>());

  /** Names that begin so are the file format's own. */
  static final String RESERVED = "mask.";

  public MaskProvenance {
    for (String name : entries.keySet()) {
      if (name.startsWith(RESERVED) || name.isBlank()) {
        throw new MaskException(
            "provenance may not have the name '%s', which belongs to the file format"
                .formatted(name));
      }
    }
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  public static MaskProvenance of(Map<String, String> entries) {
    return new MaskProvenance(new TreeMap<>(entries));
  }

  public @Nullable String get(String name) {
    return entries.get(name);
  }

  /** The same with one entry more, or changed. */
  public MaskProvenance with(String name, String value) {
    SortedMap<String, String> changed = new TreeMap<>(entries);
    changed.put(name, value);
    return new MaskProvenance(changed);
  }
}
