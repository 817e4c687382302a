package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import circuitscope.probes.model.Steps;
import circuitscope.probes.model.TokenBatch;
import java.util.Map;

/** The distribution of the next token that a subnetwork is to give, at every position. */
public interface Target extends AutoCloseable {
  /** The TorchScript of every target: see target.py. */
  PtSymbolBlock STEP = Steps.load("target");

  /** Cross-entropy to this target, summed over positions, and its gradient by the logits. */
  record Loss(NDArray sum, NDArray gradient) {
    static Loss of(NDList parts) {
      return new Loss(parts.get(0), parts.get(1));
    }
  }

  /**
   * The loss of some logits.
   *
   * @param logits {@code [batch · position, vocab]}
   * @param scope owner of the result
   */
  Loss loss(NDArray logits, TokenBatch tokens, NDManager scope);

  /** What the loss of so many positions needs beside logits and their gradient, estimated. */
  long temporaryBytes(long positions);

  /** What it is, for provenance: keys such as {@code target} and {@code counts_digest}. */
  Map<String, String> provenance();

  /** Share of the positions so far whose context was never seen, and that got the unigrams. */
  default double backedOff() {
    return 0;
  }

  @Override
  void close();
}
