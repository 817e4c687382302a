package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.sinks.LayerMechanism.Axes;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads why the first position draws attention (Gu et al. 2024, section 3): norms of hidden states,
 * keys and values, and the angle between queries and the first key, layer by layer as they are
 * made.
 *
 * <p>Queries and keys are taken as they enter the scores: after rotation where there is one. Under
 * grouped-query attention head h reads key/value head h / (heads / groups). Owns what it keeps from
 * one site of a layer to the next; closed by the one who opened it.
 */
final class MechanismReader implements Taps, AutoCloseable {
  /** Keeps norms from 0, which a cosine divides by. */
  private static final double TINY = 1e-20;

  /** Takes what was read. */
  interface Reduction {
    /**
     * Norms of the residual stream.
     *
     * @param state 0 for the embedding, l + 1 after layer l; always before the final norm
     * @param norms {@code [sample, position]}
     */
    void state(int state, int positions, float[] norms);

    void layer(LayerMechanism mechanism);
  }

  private final Model model;
  private final Reduction reduction;
  private final SiteKind queries;
  private final SiteKind keys;
  private final @Nullable HeadWrites headWrites;
  private final NDManager own;
  private @Nullable NDArray q; // [batch, position, head, dHead], each of length 1
  private @Nullable NDArray firstValue; // [batch, group, dHead]
  private Axes axes = new Axes(0, 0, 1, 1);
  private float[] kNorm = {};
  private float[] vNorm = {};
  private float[] qNorm = {};
  private float[] cosSink = {};
  private float[] cosOthers = {};
  private float[] mass = {};

  /**
   * A reader of one run after another.
   *
   * @param withWrites whether what heads write is read as well, one product a head
   */
  MechanismReader(Model model, boolean withWrites, Reduction reduction) {
    DecoderSpec spec = model.spec();
    this.model = model;
    this.reduction = reduction;
    boolean rotates = spec.rotary() != null;
    this.queries = rotates ? SiteKind.ROT_Q : SiteKind.Q;
    this.keys = rotates ? SiteKind.ROT_K : SiteKind.K;
    this.headWrites = withWrites ? new HeadWrites(model) : null;
    this.own = model.newManager();
  }

  @Override
  public boolean wants(Site site) {
    SiteKind kind = site.kind();
    return kind == SiteKind.RESID_POST
        || (kind == SiteKind.RESID_PRE && site.layer() == 0)
        || kind == queries
        || kind == keys
        || kind == SiteKind.V
        || kind == SiteKind.PATTERN
        || kind == SiteKind.Z;
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    try (NDManager scope = model.newManager()) {
      NDArray wide = value.toType(DataType.FLOAT32, true);
      wide.attach(scope);
      SiteKind kind = site.kind();
      if (kind == SiteKind.RESID_PRE) {
        reduction.state(0, (int) wide.getShape().get(1), norms(wide));
      } else if (kind == SiteKind.RESID_POST) {
        reduction.state(site.layer() + 1, (int) wide.getShape().get(1), norms(wide));
      } else if (kind == queries) {
        q = meetQueries(wide);
      } else if (kind == keys) {
        meetKeys(wide, Objects.requireNonNull(q), scope);
      } else if (kind == SiteKind.V) {
        vNorm = norms(wide);
        firstValue = kept(wide.get(new NDIndex(":, 0")));
      } else if (kind == SiteKind.PATTERN) {
        mass = wide.get(new NDIndex(":, :, :, 0")).toFloatArray();
      } else {
        reduction.layer(mechanism(site.layer(), wide, Objects.requireNonNull(firstValue)));
        Objects.requireNonNull(q).close();
        Objects.requireNonNull(firstValue).close();
      }
    }
    return value;
  }

  private NDArray kept(NDArray value) {
    value.attach(own);
    return value;
  }

  private static float[] norms(NDArray value) {
    return value.square().sum(new int[] {-1}).sqrt().toFloatArray();
  }

  private static NDArray unit(NDArray value) {
    return value.div(value.square().sum(new int[] {-1}, true).sqrt().add(TINY));
  }

  /** Unit queries, {@code [batch, position, head, dHead]}. */
  private NDArray meetQueries(NDArray value) {
    qNorm = norms(value);
    return kept(unit(value));
  }

  /** Cosines of every query with the first key, and with the others it sees on average. */
  private void meetKeys(NDArray k, NDArray units, NDManager scope) {
    kNorm = norms(k);
    Shape shape = units.getShape(); // [batch, position, head, dHead]
    long b = shape.get(0);
    long p = shape.get(1);
    long h = shape.get(2);
    long g = k.getShape().get(2);
    axes = new Axes((int) b, (int) p, (int) g, (int) h);
    NDArray folded = units.transpose(0, 2, 1, 3).reshape(b, g, h / g * p, shape.get(3));
    folded.attach(scope);
    NDArray cosines = folded.matMul(unit(k).transpose(0, 2, 3, 1)).reshape(b, h, p, p);
    cosSink = cosines.get(new NDIndex(":, :, :, 0")).toFloatArray();
    NDArray others = scope.create(others((int) p), new Shape(p, p));
    cosOthers = cosines.mul(others).sum(new int[] {-1}).toFloatArray();
  }

  /** {@code [query, key]}: the weights of a mean over keys 1 to the query itself. */
  private static float[] others(int positions) {
    float[] weights = new float[positions * positions];
    for (int query = 1; query < positions; query++) {
      Arrays.fill(weights, query * positions + 1, query * positions + query + 1, 1f / query);
    }
    return weights;
  }

  private LayerMechanism mechanism(int layer, NDArray z, NDArray first) {
    LayerMechanism.Writes writes =
        headWrites == null
            ? LayerMechanism.Writes.NONE
            : headWrites.read(layer, axes, z, first, mass);
    return new LayerMechanism(layer, axes, kNorm, vNorm, qNorm, cosSink, cosOthers, mass, writes);
  }

  @Override
  public void close() {
    own.close();
  }
}
