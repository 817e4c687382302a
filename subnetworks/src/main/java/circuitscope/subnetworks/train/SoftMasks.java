package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import circuitscope.probes.model.WeightTransform;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskMatrix;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The trainable masks of a model's attention and MLP matrices, on its device, with their AdamW
 * moments: one m a weight or group of weights, softened by a {@link Relaxation}.
 *
 * <p>Gradients flow to the used weights only, as leaves; the slope by m follows in closed form (see
 * masks.py and gates.py), so that a step keeps one soft mask, one used weight and one gradient a
 * weight, and no history.
 */
final class SoftMasks implements AutoCloseable {
  /** Weights that are zero already are masked from the start, as the published code does. */
  private static final double OF_ZERO_WEIGHTS = -1e6;

  private final Relaxation relaxation;
  private final List<Weight> weights;
  private final List<Granularity.View> views;
  private final NDManager manager;
  private final NDList seen = new NDList(); // weights in their views
  private final NDList m = new NDList();
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private final NDArray step;
  private final long total;

  SoftMasks(Model model, Granularity granularity, Relaxation relaxation) {
    this.relaxation = relaxation;
    manager = model.newManager();
    weights = model.weights().maskable();
    views =
        model.weights().maskablePlaces().stream()
            .map(at -> granularity.view(at.slot(), at.weight(), model.spec()))
            .toList();
    long sum = 0;
    for (int i = 0; i < weights.size(); i++) {
      NDArray weight = weights.get(i).array();
      NDArray view = weight.reshape(new Shape(views.get(i).weight()));
      view.attach(manager);
      seen.add(view);
      Shape shape = new Shape(views.get(i).mask());
      DataType type = weight.getDataType();
      NDArray mask = manager.zeros(shape, type);
      m.add(mask);
      first.add(manager.zeros(shape, type));
      second.add(manager.zeros(shape, type));
      sum += weight.size();
    }
    step = manager.zeros(new Shape(), DataType.FLOAT32);
    total = sum;
    reset();
  }

  /** Masks as at the start: m = 0, but far below 0 where the weight is 0 anyway. */
  void reset() {
    for (int i = 0; i < weights.size(); i++) {
      NDArray mask = m.get(i);
      mask.muli(0);
      if (mask.getShape().equals(seen.get(i).getShape())) {
        try (NDManager scope = manager.newSubManager()) {
          NDArray weight = seen.get(i);
          weight.attach(scope);
          mask.addi(weight.eq(0).toType(mask.getDataType(), true).mul(OF_ZERO_WEIGHTS));
          weight.attach(manager);
        }
      }
    }
    clearMoments();
  }

  private void clearMoments() {
    first.forEach(moment -> moment.muli(0));
    second.forEach(moment -> moment.muli(0));
    setSteps(0);
  }

  /** Weights that are masked, |M|. */
  long total() {
    return total;
  }

  /** Weights that share one m, at least. */
  double leastWeightsAnM() {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < m.size(); i++) {
      least = Math.min(least, (double) seen.get(i).size() / m.get(i).size());
    }
    return least;
  }

  /** The arrays of the state by name, for a checkpoint: m and the moments of each matrix. */
  SortedMap<String, NDArray> state() {
    SortedMap<String, NDArray> state = new TreeMap<>();
    for (int i = 0; i < weights.size(); i++) {
      String name = weights.get(i).name();
      state.put("m." + name, m.get(i));
      state.put("first." + name, first.get(i));
      state.put("second." + name, second.get(i));
    }
    return state;
  }

  /** Sets the count of steps that AdamW's moments have seen. */
  void setSteps(int steps) {
    step.subi(step.duplicate()).addi(steps);
  }

  /** Masks of one step, and the leaves that gather the gradient by the used weights. */
  final class Softened {
    private final NDList soft;
    private final List<NDArray> used = new ArrayList<>();
    private final Map<String, NDArray> byName = new HashMap<>();

    private Softened(Relaxation.Moment at, NDManager scope) {
      // The engine makes what a step returns unfit for gradients, so leaves are made before it.
      NDList views = new NDList();
      for (int i = 0; i < weights.size(); i++) {
        NDArray stored = weights.get(i).array();
        NDArray leaf = scope.create(stored.getShape(), stored.getDataType());
        used.add(leaf);
        byName.put(weights.get(i).name(), leaf);
        Shape view = seen.get(i).getShape();
        views.add(view.equals(leaf.getShape()) ? leaf : leaf.reshape(view));
      }
      soft = relaxation.soften(scope, new Relaxation.Leaves(seen, m, views), at);
      used.forEach(leaf -> leaf.setRequiresGradient(true));
    }

    /** The used weights in place of the model's. */
    WeightTransform transform() {
      return (weight, scope) -> byName.getOrDefault(weight.name(), weight.array());
    }
  }

  /** Softens all masks for a step; the arrays belong to {@code scope}. */
  Softened soften(Relaxation.Moment at, NDManager scope) {
    return new Softened(at, scope);
  }

  /** The weights that the hard mask m &gt; 0 keeps, in place of the model's. */
  WeightTransform hardened(NDManager scope) {
    Map<String, NDArray> byName = new HashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      NDArray stored = weights.get(i).array();
      NDArray mask = m.get(i);
      mask.attach(scope);
      NDArray keep = mask.gt(0).toType(stored.getDataType(), false);
      mask.attach(manager);
      NDArray kept = keep.broadcast(seen.get(i).getShape()).reshape(stored.getShape()).mul(stored);
      byName.put(weights.get(i).name(), kept);
    }
    return (weight, run) -> byName.getOrDefault(weight.name(), weight.array());
  }

  /**
   * One AdamW step from the gradients that the leaves have gathered.
   *
   * @param positions over which they are sums
   * @param sparsity λ/|M|
   */
  void update(
      Softened softened,
      Relaxation.Moment at,
      long positions,
      double sparsity,
      Schedule schedule,
      NDManager scope) {
    NDList gradients = new NDList();
    for (int i = 0; i < weights.size(); i++) {
      NDArray gradient = softened.used.get(i).getGradient();
      gradient.attach(scope);
      Shape view = seen.get(i).getShape();
      gradients.add(gradient.getShape().equals(view) ? gradient : gradient.reshape(view));
    }
    Relaxation.Slopes slopes =
        new Relaxation.Slopes(seen, softened.soft, m, gradients, first, second, step, positions);
    relaxation.update(scope, slopes, at, sparsity, schedule);
  }

  /**
   * How far the weights are decided.
   *
   * @param below used to less than 0.1
   * @param above used to more than 0.9
   * @param kept with m &gt; 0: the hard mask's
   */
  record Census(long below, long above, long kept) {}

  Census census(double beta) {
    try (NDManager scope = manager.newSubManager()) {
      long[] values = relaxation.census(scope, seen, m, beta).toLongArray();
      return new Census(values[0], values[1], values[2]);
    }
  }

  /** The hard mask, m &gt; 0: a bit a weight in stored order, by parameter name. */
  SortedMap<String, BitSet> hard() {
    SortedMap<String, BitSet> hard = new TreeMap<>();
    for (int i = 0; i < weights.size(); i++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray mask = m.get(i);
        mask.attach(scope);
        boolean[] keep = mask.gt(0).broadcast(seen.get(i).getShape()).toBooleanArray();
        mask.attach(manager);
        BitSet bits = new BitSet(keep.length);
        for (int j = 0; j < keep.length; j++) {
          if (keep[j]) {
            bits.set(j);
          }
        }
        hard.put(weights.get(i).name(), bits);
      }
    }
    return hard;
  }

  SortedMap<String, double[]> values() {
    SortedMap<String, double[]> values = new TreeMap<>();
    for (int i = 0; i < weights.size(); i++) {
      try (NDArray wide = m.get(i).toType(DataType.FLOAT64, true)) {
        values.put(weights.get(i).name(), wide.toDoubleArray());
      }
    }
    return values;
  }

  /**
   * Begins anew from a hard mask: m = ±m₀, no moments. What shares one m is kept where most of its
   * weights are.
   */
  void warmStart(Mask hard, double m0) {
    for (int n = 0; n < weights.size(); n++) {
      int i = n;
      MaskMatrix matrix = hard.matrices().get(weights.get(i).name());
      if (matrix == null) {
        throw new IllegalArgumentException(
            "mask '%s' says nothing of '%s'".formatted(hard.name(), weights.get(i).name()));
      }
      float[] keep = new float[matrix.total()];
      matrix.kept().stream().forEach(at -> keep[at] = 1);
      try (NDManager scope = manager.newSubManager()) {
        NDArray mask = m.get(i);
        long[] shape = mask.getShape().getShape();
        int[] shared =
            IntStream.range(0, shape.length)
                .filter(axis -> shape[axis] != seen.get(i).getShape().get(axis))
                .toArray();
        NDArray kept = scope.create(keep, seen.get(i).getShape());
        NDArray share = shared.length == 0 ? kept : kept.mean(shared, true);
        NDArray sign = share.gt(0.5).toType(mask.getDataType(), false).mul(2).sub(1);
        mask.attach(scope);
        mask.subi(mask.duplicate()).addi(sign.mul(m0));
        mask.attach(manager);
      }
    }
    clearMoments();
  }

  @Override
  public void close() {
    manager.close();
  }
}
