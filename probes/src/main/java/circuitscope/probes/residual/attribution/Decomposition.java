package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import circuitscope.probes.trace.SiteKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The logit's parts, each the product of what a writer wrote with its direction (Elhage et al.
 * 2021).
 *
 * <p>Heads and neurons never write into dModel here: with u behind W_O, head h's share is z_h·(W_O
 * u)_h; with u behind W_out, neuron n's is a_n·(W_out u)_n. Symbols follow the paper.
 */
final class Decomposition {
  private final Model model;
  private final FrozenRun run;
  private final Level level;
  private final int rows;
  private final List<Part> parts = new ArrayList<>();
  private final float[] layerBiases;
  private boolean biased;

  /** Neurons that may get a row, and each layer's sum over all of its neurons. */
  private final List<Part> candidates = new ArrayList<>();

  private final List<float[]> neuronSums = new ArrayList<>();

  private Decomposition(Model model, FrozenRun run, Level level, int rows, int positions) {
    this.model = model;
    this.run = run;
    this.level = level;
    this.rows = rows;
    this.layerBiases = new float[positions];
  }

  /** Bytes of what one layer needs at once, beside what was recorded. */
  static long bytes(DecoderSpec spec, Level level, int positions) {
    long widest = spec.dModel();
    widest =
        level.heads()
            ? Math.max(widest, (long) spec.attention().heads() * spec.attention().dHead())
            : widest;
    widest = level.neurons() ? Math.max(widest, spec.mlp().dMlp()) : widest;
    return 4L * positions * (3 * widest + 4L * spec.dModel());
  }

  /**
   * All parts, in the order of the forward pass, biases last.
   *
   * @param rows neurons that get a row of their own; the others share one a layer
   */
  static List<Part> of(
      Model model, FrozenRun run, Directions u, Level level, int rows, Progress progress) {
    DecoderSpec spec = model.spec();
    int positions = (int) u.finalBiases().getShape().get(0);
    Decomposition all = new Decomposition(model, run, level, rows, positions);
    try (NDManager scope = model.newManager()) {
      NDArray first = Linear.in(u.first(), scope);
      all.add(Part.Kind.EMBEDDING, -1, Linear.dot(first, run.at(SiteKind.EMBED, -1, scope)));
      if (SiteKind.POS_EMBED.existsIn(spec)) {
        all.add(Part.Kind.POSITIONS, -1, Linear.dot(first, run.at(SiteKind.POS_EMBED, -1, scope)));
      }
    }
    progress.begin(spec.layers(), "layers");
    for (int layer = 0; layer < spec.layers(); layer++) {
      try (NDManager scope = model.newManager()) {
        all.attention(layer, Linear.in(u.attention().get(layer), scope), scope);
        all.mlp(layer, Linear.in(u.mlp().get(layer), scope), scope);
      }
      progress.advance(1);
    }
    all.placeNeurons();
    all.bias(u.normBiases());
    if (all.biased) {
      all.parts.add(new Part(Part.Kind.LAYER_BIASES, -1, -1, all.layerBiases));
    }
    if (model.weights().find(Slot.FINAL_NORM_BIAS) != null
        || model.weights().find(Slot.UNEMBED_BIAS) != null) {
      all.add(Part.Kind.FINAL_BIASES, -1, u.finalBiases());
    }
    return level == Level.LAYER ? byLayer(all.parts) : all.parts;
  }

  private void attention(int layer, NDArray u, NDManager scope) {
    if (!level.heads()) {
      add(Part.Kind.ATTENTION, layer, Linear.dot(u, run.at(SiteKind.ATTN_OUT, layer, scope)));
      return;
    }
    NDArray inner = u;
    if (model.spec().normPlacement().after()) {
      bias(run.constant(Slot.LN1_POST_BIAS, layer, u));
      NDArray scale = run.at(SiteKind.LN1_POST_SCALE, layer, scope);
      inner = run.beforeScale(Slot.LN1_POST_WEIGHT, layer, u, scale);
    }
    bias(run.constant(Slot.O_BIAS, layer, inner));
    NDArray z = run.at(SiteKind.Z, layer, scope); // [position, head, dHead]
    NDArray wOu = Linear.back(inner, weight(Slot.O, layer), scope).reshape(z.getShape());
    int heads = model.spec().attention().heads();
    float[] shares = Linear.dot(wOu, z).toFloatArray(); // [position, head]
    for (int head = 0; head < heads; head++) {
      parts.add(new Part(Part.Kind.HEAD, layer, head, column(shares, heads, head)));
    }
  }

  private void mlp(int layer, NDArray u, NDManager scope) {
    if (!level.neurons()) {
      add(Part.Kind.MLP, layer, Linear.dot(u, run.at(SiteKind.MLP_OUT, layer, scope)));
      return;
    }
    NDArray inner = u;
    if (model.spec().normPlacement().after()) {
      bias(run.constant(Slot.LN2_POST_BIAS, layer, u));
      NDArray scale = run.at(SiteKind.LN2_POST_SCALE, layer, scope);
      inner = run.beforeScale(Slot.LN2_POST_WEIGHT, layer, u, scale);
    }
    bias(run.constant(Slot.DOWN_BIAS, layer, inner));
    NDArray shares = Linear.back(inner, weight(Slot.DOWN, layer), scope); // [position, dMlp]
    shares.muli(run.at(SiteKind.MLP_POST, layer, scope));
    neuronSums.add(shares.sum(new int[] {-1}).toFloatArray());
    NDArray overPositions = shares.sum(new int[] {0}).abs();
    int kept = Math.min(rows, model.spec().mlp().dMlp());
    NDArray ids = overPositions.topK(kept, -1, true, true).get(1);
    float[] best = shares.get(scope, new NDIndex(":, {}", ids)).toFloatArray();
    long[] neurons = ids.toType(DataType.INT64, false).toLongArray();
    for (int i = 0; i < kept; i++) {
      candidates.add(new Part(Part.Kind.NEURON, layer, (int) neurons[i], column(best, kept, i)));
    }
  }

  /**
   * Gives the largest neurons their rows, after the layer's attention, and the rest of each one.
   */
  private void placeNeurons() {
    if (!level.neurons()) {
      return;
    }
    List<Part> largest =
        candidates.stream()
            .sorted(Comparator.comparingDouble((Part part) -> -Math.abs(part.value())))
            .limit(rows)
            .toList();
    for (int layer = 0; layer < neuronSums.size(); layer++) {
      int own = layer;
      float[] rest = neuronSums.get(layer);
      List<Part> placed = new ArrayList<>(largest.stream().filter(p -> p.layer() == own).toList());
      for (Part part : placed) {
        for (int position = 0; position < rest.length; position++) {
          rest[position] -= part.byPosition()[position];
        }
      }
      placed.add(new Part(Part.Kind.OTHER_NEURONS, layer, -1, rest));
      int after = 0;
      while (after < parts.size() && parts.get(after).layer() <= layer) {
        after++;
      }
      parts.addAll(after, placed);
    }
  }

  /** Attention and MLP of a layer as one part. */
  private static List<Part> byLayer(List<Part> blocks) {
    List<Part> layers = new ArrayList<>();
    for (Part part : blocks) {
      if (part.kind() == Part.Kind.MLP) {
        float[] sum = layers.removeLast().byPosition().clone();
        for (int position = 0; position < sum.length; position++) {
          sum[position] += part.byPosition()[position];
        }
        layers.add(new Part(Part.Kind.LAYER, part.layer(), -1, sum));
      } else {
        layers.add(part);
      }
    }
    return layers;
  }

  private Weight weight(Slot slot, int layer) {
    return Objects.requireNonNull(run.weight(slot, layer));
  }

  private void add(Part.Kind kind, int layer, NDArray shares) {
    parts.add(new Part(kind, layer, -1, shares.toFloatArray()));
  }

  private void bias(@Nullable NDArray shares) {
    if (shares != null) {
      biased = true;
      float[] values = shares.toFloatArray();
      for (int position = 0; position < values.length; position++) {
        layerBiases[position] += values[position];
      }
    }
  }

  private static float[] column(float[] rowMajor, int width, int column) {
    float[] values = new float[rowMajor.length / width];
    for (int row = 0; row < values.length; row++) {
      values[row] = rowMajor[row * width + column];
    }
    return values;
  }
}
