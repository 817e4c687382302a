package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Slot;
import circuitscope.probes.trace.SiteKind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each writer's output is multiplied with to give its share of the logit, all {@code
 * [position, dModel]}.
 *
 * @param first for embeddings
 * @param attention by layer, for what attention adds to the stream
 * @param mlp by layer, for what the MLP adds
 * @param normBiases {@code [position]} share of the biases of norms inside the stream; null for
 *     none
 * @param finalBiases {@code [position]} share of the final norm's bias and the unembedding's
 */
record Directions(
    NDArray first,
    List<NDArray> attention,
    List<NDArray> mlp,
    @Nullable NDArray normBiases,
    NDArray finalBiases) {

  /** Goes back from the logit to the embedding. */
  static Directions of(FrozenRun run, Target target, NDManager scope) {
    DecoderSpec spec = run.spec();
    NDArray u = target.direction();
    NDArray finalBiases = target.bias().squeeze(1);
    if (spec.normPlacement().last()) {
      NDArray stream = run.at(SiteKind.RESID_POST, spec.layers() - 1, scope);
      NDArray bias = run.constant(Slot.FINAL_NORM_BIAS, -1, u);
      finalBiases = bias == null ? finalBiases : finalBiases.add(bias);
      u = run.beforeNorm(Slot.FINAL_NORM_WEIGHT, -1, u, stream);
    }
    NDArray[] attention = new NDArray[spec.layers()];
    NDArray[] mlp = new NDArray[spec.layers()];
    NDArray biases = null;
    for (int layer = spec.layers() - 1; layer >= 0; layer--) {
      switch (spec.residual()) {
        case NORM_AFTER_ADD -> {
          NDArray out =
              run.at(SiteKind.RESID_MID, layer, scope).add(run.at(SiteKind.MLP_OUT, layer, scope));
          biases = sum(biases, run.constant(Slot.LN2_BIAS, layer, u));
          mlp[layer] = run.beforeNorm(Slot.LN2_WEIGHT, layer, u, out);
          NDArray mid =
              run.at(SiteKind.RESID_PRE, layer, scope).add(run.at(SiteKind.ATTN_OUT, layer, scope));
          biases = sum(biases, run.constant(Slot.LN1_BIAS, layer, mlp[layer]));
          attention[layer] = run.beforeNorm(Slot.LN1_WEIGHT, layer, mlp[layer], mid);
          u = attention[layer];
        }
        case SEQUENTIAL_FROM_NORM -> {
          mlp[layer] = u;
          biases = sum(biases, run.constant(Slot.LN2_BIAS, layer, u));
          NDArray mid = run.at(SiteKind.RESID_MID, layer, scope);
          attention[layer] = run.beforeNorm(Slot.LN2_WEIGHT, layer, u, mid);
          biases = sum(biases, run.constant(Slot.LN1_BIAS, layer, attention[layer]));
          NDArray in = run.at(SiteKind.RESID_PRE, layer, scope);
          u = run.beforeNorm(Slot.LN1_WEIGHT, layer, attention[layer], in);
        }
        case SEQUENTIAL, PARALLEL, PARALLEL_SHARED_NORM -> {
          mlp[layer] = u;
          attention[layer] = u;
        }
        default -> throw new IllegalStateException("unknown wiring " + spec.residual());
      }
    }
    return new Directions(u, Arrays.asList(attention), Arrays.asList(mlp), biases, finalBiases);
  }

  static @Nullable NDArray sum(@Nullable NDArray left, @Nullable NDArray right) {
    return left == null ? right : right == null ? left : left.add(right);
  }
}
