package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What writers add to the stream. Biases belong to no head; they cancel in differences of runs.
 * Where a branch is normalised before it is added (Gemma-2, OLMo-2), a head's part is taken at the
 * run's own scale, held: the parts then add up to what the layer writes.
 */
final class Contributions {
  private Contributions() {}

  /** What a run must record. */
  static List<Site> sites(DecoderSpec spec) {
    List<Site> sites = new ArrayList<>();
    sites.add(Site.of(SiteKind.EMBED));
    for (int layer = 0; layer < spec.layers(); layer++) {
      sites.add(Site.of(SiteKind.Z, layer));
      sites.add(Site.of(SiteKind.MLP_OUT, layer));
      if (spec.normPlacement().after()) {
        sites.add(Site.of(SiteKind.LN1_POST_SCALE, layer));
      }
    }
    return sites;
  }

  /** A head's z over the scale of the norm behind it, where there is one. */
  static NDArray scaled(NDArray z, @Nullable NDArray scale) {
    return scale == null ? z : z.div(scale.expandDims(3));
  }

  /** {@link #scaled} of a recorded layer. */
  static NDArray scaled(Trace trace, DecoderSpec spec, int layer) {
    boolean after = spec.normPlacement().after();
    return scaled(
        trace.get(Site.of(SiteKind.Z, layer)),
        after ? trace.get(Site.of(SiteKind.LN1_POST_SCALE, layer)) : null);
  }

  /**
   * What heads write.
   *
   * @param z {@link #scaled} z, or a difference of two, {@code [batch, position, head, dHead]}
   * @return {@code [head, batch·position·dModel]}
   */
  static NDArray ofHeads(Model model, int layer, NDArray z, NDManager scope) {
    Shape shape = z.getShape();
    long rows = shape.get(0) * shape.get(1);
    NDArray byHead = z.transpose(2, 0, 1, 3).reshape(new Shape(shape.get(2), rows, shape.get(3)));
    NDArray written = byHead.matMul(Projections.output(model, layer, scope));
    if (model.spec().normPlacement().after()) {
      written =
          StreamNorm.of(model, Slot.LN1_POST_WEIGHT, Slot.LN1_POST_BIAS, layer, scope)
              .frozen(written);
    }
    return written.reshape(new Shape(shape.get(2), rows * model.spec().dModel()));
  }

  /**
   * What every writer adds in one run less what it adds in another.
   *
   * @return {@code [writer, batch·position·dModel]}, owned by {@code owner}
   */
  static NDArray differences(Model model, Trace run, Trace other, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDList parts = new NDList();
      Site embed = Site.of(SiteKind.EMBED);
      parts.add(flat(difference(run.get(embed), other.get(embed), scope)));
      for (int layer = 0; layer < model.spec().layers(); layer++) {
        NDArray z =
            difference(scaled(run, model.spec(), layer), scaled(other, model.spec(), layer), scope);
        parts.add(ofHeads(model, layer, z, scope));
        Site mlp = Site.of(SiteKind.MLP_OUT, layer);
        parts.add(flat(difference(run.get(mlp), other.get(mlp), scope)));
      }
      NDArray all = NDArrays.concat(parts, 0);
      all.attach(owner);
      return all;
    }
  }

  private static NDArray difference(NDArray a, NDArray b, NDManager scope) {
    NDArray difference = a.sub(b);
    difference.attach(scope);
    return difference;
  }

  /** One writer's value as a row. */
  static NDArray flat(NDArray value) {
    return value.reshape(new Shape(1, value.size()));
  }
}
