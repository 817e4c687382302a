package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import org.jspecify.annotations.Nullable;

/** A layer's stored matrices cut by the heads and branches that read through them. */
final class Projections {
  private Projections() {}

  /**
   * One reader's matrix a row of the first axis.
   *
   * @param weight {@code [head, dHead, dModel]}; {@code [1, dMlp, dModel]} of an MLP
   * @param bias {@code [head, 1, dHead]}; null for none
   */
  record Projection(NDArray weight, @Nullable NDArray bias) {}

  /** Of all queries (or keys, or values) of a layer; key/value heads are not repeated. */
  static Projection attention(Model model, Reader.Kind kind, int layer, NDManager scope) {
    AttentionSpec spec = model.spec().attention();
    Slot own =
        switch (kind) {
          case Q -> Slot.Q;
          case K -> Slot.K;
          default -> Slot.V;
        };
    Slot ownBias =
        switch (kind) {
          case Q -> Slot.Q_BIAS;
          case K -> Slot.K_BIAS;
          default -> Slot.V_BIAS;
        };
    boolean separate = spec.projection() == AttentionSpec.Projection.SEPARATE;
    NDArray rows = outIn(model.weights().get(separate ? own : Slot.QKV, layer), scope);
    Weight bias = model.weights().find(separate ? ownBias : Slot.QKV_BIAS, layer);
    long n = kind == Reader.Kind.Q ? spec.heads() : spec.groups();
    long e = spec.dHead();
    NDArray weight = rowsOf(kind, spec, rows).reshape(new Shape(n, e, model.spec().dModel()));
    return new Projection(
        weight,
        bias == null ? null : rowsOf(kind, spec, view(bias, scope)).reshape(new Shape(n, 1, e)));
  }

  /** The rows of queries, keys or values among those stored together. */
  private static NDArray rowsOf(Reader.Kind kind, AttentionSpec spec, NDArray stored) {
    long e = spec.dHead();
    long h = spec.heads();
    long g = spec.groups();
    int part =
        switch (kind) {
          case Q -> 0;
          case K -> 1;
          default -> 2;
        };
    return switch (spec.projection()) {
      case SEPARATE -> stored;
      case CONCATENATED -> stored.split(new long[] {h * e, (h + g) * e}, 0).get(part);
      case GROUPED -> {
        long n = spec.headsPerGroup();
        long width = stored.size() / ((n + 2) * g * e);
        NDList parts =
            stored.reshape(new Shape(g, n + 2, e, width)).split(new long[] {n, n + 1}, 1);
        yield parts.get(part);
      }
    };
  }

  /** Into the MLP's activation. */
  static Projection mlp(Model model, int layer, NDManager scope) {
    boolean gated = model.spec().mlp().projection() == MlpSpec.Projection.GATED;
    Slot bias = gated ? Slot.GATE_BIAS : Slot.UP_BIAS;
    return branch(model, layer, gated ? Slot.GATE : Slot.UP, bias, 0, scope);
  }

  /** Into the linear branch of a gated MLP. */
  static Projection mlpLinear(Model model, int layer, NDManager scope) {
    return branch(model, layer, Slot.UP, Slot.UP_BIAS, 1, scope);
  }

  private static Projection branch(
      Model model, int layer, Slot slot, Slot biasSlot, int half, NDManager scope) {
    if (model.spec().mlp().projection() == MlpSpec.Projection.GATED_CONCATENATED) {
      long m = model.spec().mlp().dMlp();
      NDArray both = outIn(model.weights().get(Slot.GATE_UP, layer), scope);
      return new Projection(both.split(new long[] {m}, 0).get(half).expandDims(0), null);
    }
    NDArray matrix = outIn(model.weights().get(slot, layer), scope).expandDims(0);
    Weight bias = model.weights().find(biasSlot, layer);
    Shape one = new Shape(1, 1, matrix.getShape().get(1));
    return new Projection(matrix, bias == null ? null : view(bias, scope).reshape(one));
  }

  /** What the heads write through, {@code [head, dHead, dModel]}. */
  static NDArray output(Model model, int layer, NDManager scope) {
    AttentionSpec spec = model.spec().attention();
    NDArray inOut = outIn(model.weights().get(Slot.O, layer), scope).transpose();
    return inOut.reshape(new Shape(spec.heads(), spec.dHead(), model.spec().dModel()));
  }

  private static NDArray outIn(Weight weight, NDManager scope) {
    NDArray stored = view(weight, scope);
    return weight.inOut() ? stored.transpose() : stored;
  }

  /** The parameter itself under another owner, so that what is made of it goes with that. */
  static NDArray view(Weight weight, NDManager scope) {
    NDArray view = weight.array().reshape(weight.array().getShape());
    view.attach(scope);
    return view;
  }
}
