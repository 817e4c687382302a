package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Steps;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import java.util.Map;

/**
 * The full model's own prediction: what is found is the optimally pruned model, the control of
 * Chang and Bergen 2025 for a mask of the same size.
 */
public final class FullModelTarget implements Target {
  private final Model model;

  /** The target; the model stays the caller's. */
  public FullModelTarget(Model model) {
    this.model = model;
  }

  @Override
  public Loss loss(NDArray logits, TokenBatch tokens, NDManager scope) {
    long vocab = logits.getShape().get(1);
    NDArray own = model.logits(tokens, Taps.NONE, null, scope).reshape(new Shape(-1, vocab));
    return Loss.of(Steps.call(STEP, "model", scope, logits, own, vocab));
  }

  @Override
  public long temporaryBytes(long positions) {
    return 2 * positions * model.spec().vocab() * model.precision().bytes();
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of("target", "full model");
  }

  @Override
  public void close() {}
}
