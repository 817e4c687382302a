package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains the translators of all layers at once, each on its own loss.
 *
 * <p>The frozen model runs once a batch; then, layer after layer and some rows at a time, the
 * translated stream x is a leaf before the final norm and the unembedding, from whose logits z the
 * gradient of KL(p ‖ softmax z) flows back in its closed form, softmax(z) − p. With g = ∂L/∂x the
 * translator's own are Σ g hᵀ and Σ g. So no more than a few arrays {@code [row, vocab]} are alive.
 */
final class LensTrainer implements AutoCloseable {
  private final Model model;
  private final TuneRecipe recipe;
  private final TrainingSequences sequences;
  private final int sequencesAtOnce;
  private final TunedLens lens;
  private final LensOptimiser optimiser;
  private final LensStreams streams;
  private int step;

  /**
   * A trainer at its beginning: translators that change nothing.
   *
   * @param sequencesAtOnce with which the model is run
   */
  LensTrainer(Model model, TuneRecipe recipe, TrainingSequences sequences, int sequencesAtOnce) {
    this.model = model;
    this.recipe = recipe;
    this.sequences = sequences;
    this.sequencesAtOnce = Math.min(sequencesAtOnce, recipe.sequences());
    memory().check(model.device());
    streams = new LensStreams(model, recipe.objective() == TuneRecipe.Objective.CROSS_ENTROPY);
    lens = TunedLens.zero(model, recipe.biasOnly());
    optimiser = new LensOptimiser(recipe, lens.parameters(), lens.owner());
  }

  /** What training needs beside the model. */
  MemoryEstimate memory() {
    var spec = model.spec();
    long tokens = (long) sequencesAtOnce * recipe.length();
    long matrix = recipe.biasOnly() ? spec.dModel() : (long) spec.dModel() * spec.dModel();
    long values =
        5 * matrix * spec.layers()
            + tokens * spec.dModel() * (spec.layers() + 8L)
            + 5 * Math.min(tokens, LensStreams.rowsAtOnce(model)) * spec.vocab();
    return new MemoryEstimate(
        "training a tuned lens with %,d tokens at once".formatted(tokens),
        values * Float.BYTES,
        "lower --batch, or use a smaller model or another device");
  }

  int step() {
    return step;
  }

  TunedLens lens() {
    return lens;
  }

  /**
   * Takes a step.
   *
   * @param measured whether the losses are to be read off
   * @return {@code [layer]} mean loss in nats before the step, empty when not measured
   */
  double[] advance(boolean measured) {
    int[][] rows = sequences.batch(step, recipe.sequences(), recipe.seed());
    double[] losses = new double[measured ? lens.layers() : 0];
    try (NDManager scope = model.newManager()) {
      List<NDArray> gradients = new ArrayList<>();
      for (NDArray parameter : lens.parameters()) {
        gradients.add(scope.zeros(parameter.getShape(), parameter.getDataType()));
      }
      long read = 0;
      for (int from = 0; from < rows.length; from += sequencesAtOnce) {
        int to = Math.min(rows.length, from + sequencesAtOnce);
        TokenBatch tokens = TokenBatch.of(Arrays.copyOfRange(rows, from, to));
        try (Trace trace = streams.record(tokens)) {
          read += learn(streams.of(trace), gradients, losses);
        }
      }
      for (NDArray gradient : gradients) {
        gradient.divi(read);
      }
      for (int layer = 0; layer < losses.length; layer++) {
        losses[layer] /= read;
      }
      optimiser.update(gradients, step);
    }
    step++;
    return losses;
  }

  /** Adds the gradients of a batch, and returns how many positions they are of. */
  private long learn(LensStreams.Rows rows, List<NDArray> gradients, double[] losses) {
    int atOnce = LensStreams.rowsAtOnce(model);
    for (long from = 0; from < rows.count(); from += atOnce) {
      NDIndex some = new NDIndex("{}:{}", from, Math.min(rows.count(), from + atOnce));
      try (NDManager piece = model.newManager()) {
        NDArray p = target(rows, some, piece); // [row, vocab]
        double entropy = losses.length == 0 ? 0 : entropy(p);
        for (int layer = 0; layer < lens.layers(); layer++) {
          try (NDManager scope = piece.newSubManager()) {
            NDArray h = rows.streams().get(layer).get(scope, some); // [row, dModel]
            double cross = learn(layer, h, p, gradients, losses.length > 0);
            if (losses.length > 0) {
              losses[layer] += cross - entropy;
            }
          }
        }
      }
    }
    return rows.count();
  }

  /** Adds one layer's gradients; returns Σ −p ln q when that is asked for. */
  private double learn(int layer, NDArray h, NDArray p, List<NDArray> gradients, boolean measured) {
    NDManager scope = h.getManager();
    NDArray x = lens.translate(layer, h, scope);
    x.setRequiresGradient(true);
    double[] cross = new double[1];
    Gradients.backwardFrom(
        () -> {
          NDArray z = model.readOut(x, scope);
          NDArray wide = z.stopGradient().toType(lens.type(), false);
          if (measured) {
            cross[0] = -sum(wide.logSoftmax(-1).mul(p));
          }
          NDArray slope = wide.softmax(-1).subi(p);
          return new Gradients.Known(z, slope.toType(z.getDataType(), false));
        });
    NDArray g = x.getGradient().toType(lens.type(), false);
    g.attach(scope);
    if (!lens.biasOnly()) {
      NDArray wide = h.toType(lens.type(), false);
      gradients.get(layer).addi(g.transpose().matMul(wide));
    }
    gradients.get(gradients.size() - lens.layers() + layer).addi(g.sum(new int[] {0}));
    return cross[0];
  }

  /** What the lens is to give: the model's own distribution, or 1 for the token that comes. */
  private NDArray target(LensStreams.Rows rows, NDIndex some, NDManager piece) {
    if (recipe.objective() == TuneRecipe.Objective.CROSS_ENTROPY) {
      return rows.next().get(piece, some).oneHot(model.spec().vocab(), lens.type());
    }
    NDArray last = rows.streams().getLast().get(piece, some);
    return model.readOut(last, piece).toType(lens.type(), false).softmax(-1);
  }

  /** Σ −p ln p; 0 for certainty. */
  private static double entropy(NDArray p) {
    try (NDManager scope = p.getManager().newSubManager()) {
      NDArray own = p.duplicate();
      own.attach(scope);
      return -sum(own.add(Float.MIN_NORMAL).log().mul(own));
    }
  }

  private static double sum(NDArray values) {
    NDArray sum = values.sum();
    return sum.getDataType() == DataType.FLOAT64 ? sum.getDouble() : sum.getFloat();
  }

  /** Everything that the rest of the training depends on. */
  SortedMap<String, NDArray> state() {
    SortedMap<String, NDArray> state = new TreeMap<>(lens.named());
    optimiser.addState(state);
    return state;
  }

  /** Goes on from a saved state; what follows is the same to the bit. */
  void restore(SafetensorsFile saved, int stepsDone) {
    TunedLensFile.load(saved, state());
    step = stepsDone;
  }

  @Override
  public void close() {
    lens.close();
  }
}
