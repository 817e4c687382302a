package circuitscope.probes.seed.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.function.Consumer;

/**
 * Meets the queries, keys and pattern of each layer as they are made and hands them on together, to
 * be reduced; none is kept.
 */
public final class AttentionReader implements Taps {
  private final AttentionSpec spec;
  private final SiteKind queryKind;
  private final SiteKind keyKind;
  private final Consumer<Layer> reduction;
  private float[] queries = new float[0];
  private float[] keys = new float[0];

  /**
   * A reader.
   *
   * @param rotated queries and keys after rotary, where the model has it; else before it (and
   *     before a norm of queries and keys, where there is one)
   */
  public AttentionReader(DecoderSpec spec, boolean rotated, Consumer<Layer> reduction) {
    this.spec = spec.attention();
    this.reduction = reduction;
    boolean turned = rotated && spec.rotary() != null;
    queryKind = turned ? SiteKind.ROT_Q : SiteKind.Q;
    keyKind = turned ? SiteKind.ROT_K : SiteKind.K;
  }

  /**
   * One layer of one run.
   *
   * @param queries {@code [row, position, head, dHead]}
   * @param keys {@code [row, position, group, dHead]}
   * @param pattern {@code [row, head, query, key]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Layer(
      int layer,
      AttentionSpec spec,
      int rows,
      int positions,
      float[] queries,
      float[] keys,
      float[] pattern) {

    /** Where the weights of a query begin in {@code pattern}; as many follow as positions. */
    public int weights(int row, int head, int query) {
      return ((row * spec.heads() + head) * positions + query) * positions;
    }

    /** Where a query begins in {@code queries}; dHead values follow. */
    public int query(int row, int position, int head) {
      return ((row * positions + position) * spec.heads() + head) * spec.dHead();
    }

    /** Where a key begins in {@code keys}; dHead values follow. */
    public int key(int row, int position, int group) {
      return ((row * positions + position) * spec.groups() + group) * spec.dHead();
    }
  }

  @Override
  public boolean wants(Site site) {
    return site.kind() == queryKind || site.kind() == keyKind || site.kind() == SiteKind.PATTERN;
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    float[] values = value.toType(DataType.FLOAT32, false).toFloatArray();
    if (site.kind() == queryKind) {
      queries = values;
    } else if (site.kind() == keyKind) {
      keys = values;
    } else {
      int rows = Math.toIntExact(value.getShape().get(0));
      int positions = Math.toIntExact(value.getShape().get(3));
      reduction.accept(new Layer(site.layer(), spec, rows, positions, queries, keys, values));
    }
    return value;
  }
}
