package circuitscope.probes.predict;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.List;

/** A model, or what the logit lens reads off one of its layers (an early exit). */
public final class ModelPredictor implements Predictor {
  private static final int WHOLE = -1;

  private final String name;
  private final Model model;
  private final int exit;

  private ModelPredictor(String name, Model model, int exit) {
    this.name = name;
    this.model = model;
    this.exit = exit;
  }

  /** The whole model, which stays its owner's. */
  public static ModelPredictor whole(String name, Model model) {
    return new ModelPredictor(name, model, WHOLE);
  }

  /**
   * The stream after a layer through the final norm and the unembedding.
   *
   * @throws IllegalArgumentException when there is no such layer
   */
  public static ModelPredictor exit(Model model, int layer) {
    if (layer < 0 || layer >= model.spec().layers()) {
      throw new IllegalArgumentException(
          "exit@%d: there is no such layer; this model has 0 to %d"
              .formatted(layer, model.spec().layers() - 1));
    }
    return new ModelPredictor("exit@" + layer, model, layer);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public float[] probabilities(int[] ids, double temperature) {
    TokenBatch tokens = TokenBatch.of(ids);
    try (NDManager scope = model.newManager()) {
      if (exit == WHOLE) {
        return softmax(model.logits(tokens, Taps.NONE, null, scope), temperature);
      }
      Site site = Site.of(SiteKind.RESID_POST, exit);
      try (Trace trace = Recorder.of(model.spec(), List.of(site)).record(model, tokens)) {
        return softmax(model.readOut(trace.get(site), scope), temperature);
      }
    }
  }

  private static float[] softmax(NDArray logits, double temperature) {
    return logits.toType(DataType.FLOAT32, false).div(temperature).softmax(-1).toFloatArray();
  }
}
