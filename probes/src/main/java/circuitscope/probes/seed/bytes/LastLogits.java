package circuitscope.probes.seed.bytes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;

/** What follows the last token of each row; logits of other positions are never made. */
public final class LastLogits {
  private LastLogits() {}

  /**
   * Runs rows of any lengths together.
   *
   * @param taps that meet the run beside
   * @return {@code [row][vocab]} ln P(next token | row)
   */
  public static float[][] logProbs(Model model, List<int[]> rows, Taps taps) {
    TokenBatch batch = TokenBatch.of(rows);
    int vocab = model.spec().vocab();
    try (NDManager scope = model.newManager()) {
      NDList ends = new NDList();
      model.run(batch, Taps.all(List.of(taps, ends(model, batch, ends, scope))));
      NDArray logits = model.readOut(NDArrays.stack(ends).expandDims(0), scope); // [1, row, vocab]
      float[] flat = logits.toType(DataType.FLOAT32, false).logSoftmax(-1).toFloatArray();
      float[][] next = new float[batch.batch()][];
      Arrays.setAll(next, row -> Arrays.copyOfRange(flat, row * vocab, (row + 1) * vocab));
      return next;
    }
  }

  private static Taps ends(Model model, TokenBatch batch, NDList ends, NDManager scope) {
    Site last = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return site.equals(last);
      }

      @Override
      public NDArray at(Site site, NDArray stream) {
        for (int row = 0; row < batch.batch(); row++) {
          try (NDArray end = stream.get(new NDIndex("{}, {}", row, batch.lengths()[row] - 1))) {
            NDArray kept = end.duplicate();
            kept.attach(scope);
            ends.add(kept);
          }
        }
        return stream;
      }
    };
  }
}
