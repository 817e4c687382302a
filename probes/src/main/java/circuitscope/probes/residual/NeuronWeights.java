package circuitscope.probes.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MlpSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import org.jspecify.annotations.Nullable;

/** What a neuron's weights say of each token, one number a token of the vocabulary. */
record NeuronWeights(Model model, int layer, int neuron) {
  private static final int TILE = 8192;

  /** Each token's embedding, as it enters the stream, times the gate's (or only) input weights. */
  float[] reads() {
    boolean gated = model.spec().mlp().gated();
    return embedded(gated ? Slot.GATE : Slot.UP, 0);
  }

  /** The same with the linear branch of a gated MLP; null where there is none. */
  float @Nullable [] readsLinearly() {
    MlpSpec mlp = model.spec().mlp();
    return mlp.gated() ? embedded(Slot.UP, mlp.dMlp()) : null;
  }

  /** The neuron's output weights times each token's unembedding. */
  float[] writes() {
    float[] scores = new float[model.spec().vocab()];
    try (NDManager scope = model.newManager()) {
      NDArray w = row(Slot.DOWN, neuron, false, scope);
      w = gained(Slot.LN2_POST_WEIGHT, layer, w, model.spec().normPlacement().after());
      w = gained(Slot.FINAL_NORM_WEIGHT, -1, w, model.spec().normPlacement().last());
      Weight project = model.weights().find(Slot.EMBED_OUT);
      w = project == null ? w.expandDims(1) : outIn(project, scope).matMul(w.expandDims(1));
      w.attach(scope);
      tiles(Slot.UNEMBED, w, scores, false);
    }
    return scores;
  }

  private float[] embedded(Slot slot, int offset) {
    DecoderSpec spec = model.spec();
    float[] scores = new float[spec.vocab()];
    try (NDManager scope = model.newManager()) {
      boolean concatenated = spec.mlp().projection() == MlpSpec.Projection.GATED_CONCATENATED;
      NDArray w =
          concatenated
              ? row(Slot.GATE_UP, offset + neuron, true, scope)
              : row(slot, neuron, true, scope);
      boolean shared = spec.residual() == ResidualWiring.PARALLEL_SHARED_NORM;
      // g ∘ C(x)·w = x·C(g ∘ w): the norm's gain and centring go into the weights.
      w =
          folded(
              shared ? Slot.LN1_WEIGHT : Slot.LN2_WEIGHT, layer, w, spec.normPlacement().before());
      NDArray column = w.expandDims(1);
      column.attach(scope);
      tiles(Slot.EMBED, column, scores, true);
    }
    return scores;
  }

  /** Scores of rows of a table times {@code column}, tile by tile. */
  private void tiles(Slot slot, NDArray column, float[] scores, boolean embedding) {
    NDArray table = model.weights().get(slot, -1).array();
    for (int from = 0; from < scores.length; from += TILE) {
      int to = Math.min(scores.length, from + TILE);
      try (NDManager tile = model.newManager()) {
        NDArray rows = wide(table.get(tile, new NDIndex("{}:{}", from, to)), tile);
        NDArray read = embedding ? entering(rows, tile) : rows;
        float[] some = read.matMul(column).toFloatArray();
        System.arraycopy(some, 0, scores, from, some.length);
      }
    }
  }

  /** Rows of the embedding as they enter the stream: projected, scaled, normalised. */
  private NDArray entering(NDArray rows, NDManager scope) {
    DecoderSpec spec = model.spec();
    Weight project = model.weights().find(Slot.EMBED_IN);
    NDArray x = project == null ? rows : rows.matMul(outIn(project, scope).transpose());
    x = spec.embedding().scale() == 1 ? x : x.mul(spec.embedding().scale());
    if (!spec.embedding().normed()) {
      return x;
    }
    NDArray centred = spec.norm().centres() ? x.sub(x.mean(new int[] {-1}, true)) : x;
    NDArray scale = centred.square().mean(new int[] {-1}, true).add(spec.norm().epsilon()).sqrt();
    NDArray normed = centred.div(scale).mul(vector(Slot.EMBED_NORM_WEIGHT, -1, scope));
    Weight bias = model.weights().find(Slot.EMBED_NORM_BIAS);
    return bias == null ? normed : normed.add(wide(bias.array(), scope));
  }

  /** C(w): centred where the norm centres, then times its gain: as a norm does to what it reads. */
  private NDArray gained(Slot gain, int at, NDArray w, boolean there) {
    NDArray centred = there && model.spec().norm().centres() ? w.sub(w.mean()) : w;
    return there ? times(gain, at, centred) : w;
  }

  /** C(g ∘ w): as a norm does to weights behind it. */
  private NDArray folded(Slot gain, int at, NDArray w, boolean there) {
    NDArray gained = there ? times(gain, at, w) : w;
    return there && model.spec().norm().centres() ? gained.sub(gained.mean()) : gained;
  }

  private NDArray times(Slot gain, int at, NDArray w) {
    if (model.weights().find(gain, at) == null) {
      return w;
    }
    NDArray g = vector(gain, at, w.getManager());
    return w.mul(model.spec().norm().kind() == Norm.Kind.RMS_PLUS_ONE ? g.add(1) : g);
  }

  private NDArray vector(Slot slot, int at, NDManager scope) {
    return wide(model.weights().get(slot, at).array(), scope);
  }

  /** The neuron's weights in a matrix, {@code [dModel]}. */
  private NDArray row(Slot slot, int index, boolean into, NDManager scope) {
    Weight weight = model.weights().get(slot, layer);
    boolean along = into != weight.inOut(); // its own row as stored, else its own column
    NDIndex own = along ? new NDIndex("{}", index) : new NDIndex(":, {}", index);
    return wide(weight.array().get(scope, own), scope).reshape(new Shape(model.spec().dModel()));
  }

  private static NDArray outIn(Weight weight, NDManager scope) {
    NDArray stored = wide(weight.array(), scope);
    if (!weight.inOut()) {
      return stored;
    }
    NDArray turned = stored.transpose();
    turned.attach(scope);
    return turned;
  }

  private static NDArray wide(NDArray value, NDManager scope) {
    NDArray wide = value.toType(DataType.FLOAT32, false);
    if (wide != value) {
      wide.attach(scope);
    }
    return wide;
  }
}
