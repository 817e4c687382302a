package circuitscope.tests.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.trace.Taps;

/** The logit difference of whole models, pair by pair, by nothing but their logits. */
final class PlainRuns {
  private PlainRuns() {}

  /**
   * The clean and the corrupted prompts' metric.
   *
   * @return {@code [clean, corrupted][pair]}
   */
  static double[][] of(Model model, PromptPairs pairs) {
    double[][] metrics = new double[2][pairs.pairs().size()];
    for (int i = 0; i < metrics[0].length; i++) {
      PromptPair pair = pairs.pairs().get(i);
      metrics[0][i] = one(model, pair.clean(), pair);
      metrics[1][i] = one(model, pair.corrupted(), pair);
    }
    return metrics;
  }

  private static double one(Model model, int[] ids, PromptPair pair) {
    try (NDManager scope = model.newManager()) {
      NDArray logits = model.logits(TokenBatch.of(ids), Taps.NONE, null, scope);
      int vocab = model.spec().vocab();
      float[] values = logits.toFloatArray();
      int row = pair.position() * vocab;
      return (double) values[row + pair.answers()[0]] - values[row + pair.wrong()[0]];
    }
  }
}
