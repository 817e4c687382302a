package circuitscope.probes.seed.adjacency;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.List;

/** The most likely next tokens at each position, as the lens at each layer has them. */
final class TopTokens {
  private TopTokens() {}

  /** {@code [layer][position][rank]}; the last layer's are the model's own. */
  static int[][][] of(Model model, int[] ids, int k) {
    List<Site> streams = Sites.inEveryLayer(SiteKind.RESID_POST, model.spec());
    int[][][] top = new int[streams.size()][ids.length][k];
    try (Trace trace = Recorder.of(model.spec(), streams).record(model, TokenBatch.of(ids))) {
      for (int layer = 0; layer < top.length; layer++) {
        try (NDManager scope = model.newManager()) {
          NDArray logits =
              model.readOut(trace.get(streams.get(layer)), scope).toType(DataType.FLOAT32, false);
          long[] indices = logits.topK(k, 2, true, true).get(1).toLongArray();
          for (int i = 0; i < indices.length; i++) {
            top[layer][i / k][i % k] = (int) indices[i];
          }
        }
      }
    }
    return top;
  }
}
