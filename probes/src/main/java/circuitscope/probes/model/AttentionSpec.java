package circuitscope.probes.model;

import java.util.List;

/**
 * Attention of every layer.
 *
 * @param heads query heads
 * @param groups key/value heads; query head h reads key/value head h / (heads / groups)
 * @param dHead width of a head
 * @param projection how queries, keys and values lie in the stored matrices
 * @param scales what scores are multiplied by, one a layer
 * @param windows how many positions a query sees, itself included, one a layer; 0 means all
 * @param softCap scores become cap·tanh(score / cap); 0 means none
 * @param queryKeyNorm normalisation of queries and keys before rotary
 */
public record AttentionSpec(
    int heads,
    int groups,
    int dHead,
    Projection projection,
    List<Double> scales,
    List<Integer> windows,
    double softCap,
    QueryKeyNorm queryKeyNorm) {

  /** How queries, keys and values lie in the stored matrices. */
  public enum Projection {
    /** Three matrices. */
    SEPARATE,
    /** One matrix: all queries, all keys, all values. */
    CONCATENATED,
    /** One matrix, group by group: its queries, its key, its value. */
    GROUPED
  }

  /** What is normalised in queries and keys. */
  public enum QueryKeyNorm {
    NONE,
    /** Each head's vector, one weight shared by all heads. */
    EACH_HEAD,
    /** Each head's vector, a weight of its own a head. */
    EACH_HEAD_OWN_WEIGHT,
    /** The whole projection, all heads together. */
    WHOLE
  }

  public AttentionSpec {
    if (heads <= 0 || groups <= 0 || dHead <= 0 || heads % groups != 0) {
      throw new UnsupportedModelException(
          "attention needs heads that are a multiple of key/value heads: got %d heads, %d key/value"
                  .formatted(heads, groups)
              + " heads, head width "
              + dHead);
    }
    scales = List.copyOf(scales);
    windows = List.copyOf(windows);
  }

  /** Query heads that share one key/value head. */
  public int headsPerGroup() {
    return heads / groups;
  }

  /** Rows of the three projections together. */
  int projectionRows() {
    return (heads + 2 * groups) * dHead;
  }
}
