package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;

/**
 * How tokens enter the residual stream (W_E) and how it becomes logits (W_U), in tiles of tokens:
 * nothing of vocab × vocab is ever made. W_E is what {@code hook_embed} holds: scaled, projected
 * and normalised where the model does so, without positions. Logit caps and biases stay out.
 *
 * @param foldNorm whether the final norm's gain is folded into W_U
 */
record VocabularyMaps(Model model, boolean foldNorm) {
  private static final int TILE = 4096;

  int size() {
    return model.spec().vocab();
  }

  /** Rows of W_E: {@code [token, dModel]} of tokens from (included) to (excluded). */
  NDArray embedding(int from, int to, NDManager scope) {
    DecoderSpec spec = model.spec();
    NDArray rows = rows(Slot.EMBED, from, to, scope);
    Weight project = model.weights().find(Slot.EMBED_IN);
    if (project != null) {
      rows = rows.matMul(LayerFactors.inOut(project, scope));
    }
    if (spec.embedding().scale() != 1) {
      rows = rows.mul(spec.embedding().scale());
    }
    return spec.embedding().normed() ? normalised(rows, scope) : rows;
  }

  private NDArray normalised(NDArray rows, NDManager scope) {
    boolean centres = model.spec().norm().centres();
    NDArray centred = centres ? rows.sub(rows.mean(new int[] {-1}, true)) : rows;
    NDArray scale =
        centred.square().mean(new int[] {-1}, true).add(model.spec().norm().epsilon()).sqrt();
    NDArray weight =
        LayerFactors.wide(model.weights().get(Slot.EMBED_NORM_WEIGHT, -1).array(), scope);
    NDArray ratio = centred.div(scale).mul(weight);
    Weight bias = model.weights().find(Slot.EMBED_NORM_BIAS);
    return bias == null ? ratio : ratio.add(LayerFactors.wide(bias.array(), scope));
  }

  /** Columns of W_U as rows, {@code [token, dModel]}: the direction that raises a token's logit. */
  NDArray unembedding(int from, int to, NDManager scope) {
    NDArray rows = rows(Slot.UNEMBED, from, to, scope);
    Weight project = model.weights().find(Slot.EMBED_OUT);
    if (project != null) {
      rows = rows.matMul(LayerFactors.inOut(project, scope).transpose());
    }
    return foldNorm ? new NormGains(model, scope).foldedFinal(rows.transpose()).transpose() : rows;
  }

  private NDArray rows(Slot slot, int from, int to, NDManager scope) {
    NDArray table = model.weights().get(slot, -1).array();
    try (NDArray rows = table.get(new NDIndex("{}:{}", from, to))) {
      return LayerFactors.wide(rows, scope);
    }
  }

  /** W_U·W_E, {@code [dModel, dModel]} in FP64: what of a written direction comes back as read. */
  NDArray throughVocabulary(NDManager scope) {
    return summed(true, scope);
  }

  /** W_Eᵀ·W_E, {@code [dModel, dModel]} in FP64. */
  NDArray embeddingGram(NDManager scope) {
    return summed(false, scope);
  }

  private NDArray summed(boolean unembed, NDManager scope) {
    int d = model.spec().dModel();
    NDArray sum = scope.zeros(new Shape(d, d), DataType.FLOAT64);
    for (int from = 0; from < size(); from += TILE) {
      int to = Math.min(size(), from + TILE);
      try (NDManager tile = scope.newSubManager()) {
        NDArray in = embedding(from, to, tile);
        NDArray out = unembed ? unembedding(from, to, tile) : in;
        NDArray product = out.transpose().matMul(in).toType(DataType.FLOAT64, false);
        sum.addi(product);
      }
    }
    return sum;
  }
}
