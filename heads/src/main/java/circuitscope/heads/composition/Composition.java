package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Composition of every earlier head with every later head, ‖L·R‖_F / (‖L‖_F·‖R‖_F) (Elhage et al.
 * 2021; the form of TransformerLens's {@code all_composition_scores}).
 *
 * <p>L = OV of the earlier head; R = QK (Q), QKᵀ (K) or OV (V) of the later one. Each side is first
 * collapsed to its dHead-wide factor towards the stream ({@link Collapsed}), so that a pair costs
 * one product {@code [dHead, dModel]·[dModel, dHead]}, and all heads of two layers are one matrix
 * product on the device.
 */
public final class Composition {
  /** Of a layer: four factors as stored, by head, collapsed, and in FP64. */
  private static final int ALIVE = 24;

  private final DecoderSpec spec;
  private final RotationNull chance;
  private final Map<CompositionMode, Scores> modes = new EnumMap<>(CompositionMode.class);

  /**
   * One mode, heads of the whole model in the order of layers and heads.
   *
   * @param scores {@code [earlier][later]}; NaN where the layer is not earlier, and where a head
   *     writes or reads nothing
   * @param earlier {@code [head]} participation of L
   * @param later {@code [head]} participation of R
   */
  @SuppressWarnings("ArrayRecordComponent") // filled here, never compared
  private record Scores(double[][] scores, double[] earlier, double[] later) {
    static Scores empty(int heads) {
      double[][] scores = new double[heads][heads];
      for (double[] row : scores) {
        Arrays.fill(row, Double.NaN);
      }
      return new Scores(scores, new double[heads], new double[heads]);
    }
  }

  /** What a layer writes in one mode: {@code [head · dHead, dModel]} and its heads' ‖L‖². */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Writer(NDArray rows, double[] squared) {}

  private Composition(DecoderSpec spec) {
    this.spec = spec;
    this.chance = new RotationNull(spec.dModel());
  }

  /**
   * Computes all pairs.
   *
   * @throws circuitscope.probes.model.InsufficientMemoryException when the device has too little
   */
  public static Composition of(Model model, boolean foldNorm, Progress progress) {
    memory(model.spec()).check(model.device());
    Composition composition = new Composition(model.spec());
    try (NDManager scope = model.newManager()) {
      composition.compute(model, foldNorm, scope, progress);
    }
    return composition;
  }

  /** What all layers write, and what is alive while one layer is taken apart. */
  private static MemoryEstimate memory(DecoderSpec spec) {
    long values = (long) spec.attention().heads() * spec.attention().dHead() * spec.dModel();
    int kept = spec.layers() * (spec.learnedPositions() ? 2 : 1);
    return new MemoryEstimate(
        "composition of %d layers".formatted(spec.layers()),
        (kept + ALIVE) * values * Float.BYTES,
        "use another device or a smaller model");
  }

  private void compute(Model model, boolean foldNorm, NDManager scope, Progress progress) {
    int layers = spec.layers();
    NDArray positions = PositionTable.of(model, scope);
    List<Map<CompositionMode, Writer>> writers = new ArrayList<>();
    progress.begin(layers, "layers");
    for (int later = 0; later < layers; later++) {
      try (NDManager layer = scope.newSubManager()) {
        Sides sides = Sides.of(LayerFactors.of(model, later, foldNorm, layer), positions);
        for (Map.Entry<CompositionMode, Collapsed> side : sides.readers().entrySet()) {
          CompositionMode mode = side.getKey();
          Collapsed reader = side.getValue();
          Scores filled =
              modes.computeIfAbsent(mode, one -> Scores.empty(HeadName.all(spec).size()));
          keep(sides.writer(mode).participation(), filled.earlier(), later);
          keep(reader.participation(), filled.later(), later);
          NDArray columns = columns(reader.factor());
          for (int earlier = 0; earlier < later; earlier++) {
            progress.checkCancelled();
            Writer writer = Objects.requireNonNull(writers.get(earlier).get(mode));
            put(writer, columns, reader.squared(), earlier, later, filled.scores());
          }
        }
        writers.add(kept(sides.writers(), scope));
      }
      progress.advance(1);
    }
  }

  private void keep(double[] ofLayer, double[] ofModel, int layer) {
    System.arraycopy(ofLayer, 0, ofModel, layer * ofLayer.length, ofLayer.length);
  }

  /** {@code [head, dModel, dHead]} to {@code [dModel, head · dHead]}. */
  private static NDArray columns(NDArray factor) {
    long d = factor.getShape().get(1);
    return factor.transpose(1, 0, 2).reshape(d, factor.size() / d);
  }

  /** The writers of a layer, owned by {@code scope}; modes that share one share its array. */
  private static Map<CompositionMode, Writer> kept(
      Map<CompositionMode, Collapsed> writers, NDManager scope) {
    IdentityHashMap<Collapsed, Writer> made = new IdentityHashMap<>();
    Map<CompositionMode, Writer> kept = new EnumMap<>(CompositionMode.class);
    writers.forEach(
        (mode, collapsed) ->
            kept.put(
                mode,
                made.computeIfAbsent(
                    collapsed,
                    one -> {
                      NDArray rows = columns(one.factor()).transpose().duplicate();
                      rows.attach(scope);
                      return new Writer(rows, one.squared());
                    })));
    return kept;
  }

  /** ‖Aᵀ·B‖² of every head of one layer with every head of another, and from it the scores. */
  private void put(
      Writer writer, NDArray columns, double[] squared, int earlier, int later, double[][] scores) {
    int heads = squared.length;
    long e = writer.rows().getShape().get(0) / heads;
    try (NDManager pair = columns.getManager().newSubManager()) {
      NDArray product = writer.rows().matMul(columns);
      product.attach(pair);
      NDArray norms = product.square().reshape(heads, e, heads, e).sum(new int[] {1, 3});
      double[] values = norms.toType(DataType.FLOAT64, true).toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        int from = i / heads;
        int to = i % heads;
        double both = writer.squared()[from] * squared[to];
        scores[earlier * heads + from][later * heads + to] =
            both > 0 ? Math.sqrt(values[i] / both) : Double.NaN;
      }
    }
  }

  public Set<CompositionMode> modes() {
    return modes.keySet();
  }

  public RotationNull chance() {
    return chance;
  }

  /** {@code [earlier][later]} over the heads of the model, NaN where there is no such pair. */
  public double[][] scores(CompositionMode mode) {
    return of(mode).scores();
  }

  /** One pair beside what chance would give. */
  public CompositionEdge edge(CompositionMode mode, HeadName earlier, HeadName later) {
    Scores of = of(mode);
    int heads = spec.attention().heads();
    int from = earlier.layer() * heads + earlier.head();
    int to = later.layer() * heads + later.head();
    double score = of.scores()[from][to];
    double[] interval = chance.interval(of.earlier()[from], of.later()[to]);
    return new CompositionEdge(
        earlier,
        later,
        mode,
        score,
        score - chance.expected(),
        chance.z(score, of.earlier()[from], of.later()[to]),
        interval[0],
        interval[1]);
  }

  /** All pairs that have a score, earlier heads first. */
  public List<CompositionEdge> edges(CompositionMode mode) {
    List<CompositionEdge> edges = new ArrayList<>();
    List<HeadName> names = HeadName.all(spec);
    double[][] scores = scores(mode);
    for (int from = 0; from < names.size(); from++) {
      for (int to = 0; to < names.size(); to++) {
        if (!Double.isNaN(scores[from][to])) {
          edges.add(edge(mode, names.get(from), names.get(to)));
        }
      }
    }
    return edges;
  }

  private Scores of(CompositionMode mode) {
    Scores scores = modes.get(mode);
    if (scores == null) {
      throw new IllegalArgumentException("this model has no " + mode.title());
    }
    return scores;
  }
}
