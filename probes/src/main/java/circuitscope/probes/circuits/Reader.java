package circuitscope.probes.circuits;

/**
 * An input that reads the residual stream by itself: the queries of a head, the keys or the values
 * of a key/value head, an MLP, or the logits.
 *
 * @param index query head for Q, key/value head for K and V, 0 for the others
 */
public record Reader(Kind kind, int layer, int index) {

  /** The kinds of reader. */
  public enum Kind {
    Q,
    K,
    V,
    MLP,
    LOGITS;

    /** Whether attention reads it. */
    public boolean attention() {
      return this == Q || this == K || this == V;
    }

    /** How EAP-JSON marks an edge into it: {@code <q>}, or nothing. */
    String mark() {
      return attention() ? "<" + name().toLowerCase(java.util.Locale.ROOT) + ">" : "";
    }
  }
}
