package circuitscope.heads.streaming;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The loss of the token after each of several windows, every window computed from its start. */
final class Recomputation implements Taps {
  /** Positions run at once. */
  private static final int POSITIONS = 8192;

  private final Model model;
  private final Site end;
  private int[] next = new int[0];
  private float[] losses = new float[0];

  Recomputation(Model model) {
    this.model = model;
    this.end = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
  }

  /** Windows of that many tokens to run at once. */
  static int batch(int length) {
    return Math.max(1, POSITIONS / length);
  }

  /**
   * Runs the windows.
   *
   * @param ids the stream
   * @param ends the last token of each window; the one after it is predicted
   * @param length tokens a window
   * @return {@code [window]} nats
   */
  float[] losses(int[] ids, List<Integer> ends, int length) {
    List<int[]> windows = new ArrayList<>();
    next = new int[ends.size()];
    for (int i = 0; i < next.length; i++) {
      int last = ends.get(i);
      windows.add(Arrays.copyOfRange(ids, last + 1 - length, last + 1));
      next[i] = ids[last + 1];
    }
    model.run(TokenBatch.of(windows), this);
    return losses;
  }

  @Override
  public boolean wants(Site site) {
    return site.equals(end);
  }

  @Override
  public NDArray at(Site site, NDArray stream) {
    try (NDManager scope = model.newManager()) {
      NDArray last = stream.get(scope, new NDIndex(":, {}:", stream.getShape().get(1) - 1));
      NDArray logits = model.readOut(last, scope).squeeze(1).toType(DataType.FLOAT32, false);
      long[] targets = new long[next.length];
      for (int i = 0; i < targets.length; i++) {
        targets[i] = next[i];
      }
      NDArray target = scope.create(targets, new Shape(targets.length, 1));
      losses = logits.logSoftmax(-1).gather(target, 1).neg().toFloatArray();
    }
    return stream;
  }
}
