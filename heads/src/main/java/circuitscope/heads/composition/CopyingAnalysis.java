package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a head says the tokens it attends to, and whether its keys match their predecessors, by
 * eigenvalues over the whole vocabulary (Elhage et al. 2021; Olsson et al. 2022).
 *
 * <p>Copying is Σλ/Σ|λ| of W_E·OV·W_U. Matching is the same of Σ_e prev(e)·W_E·QK·(W_E·OV_e)ᵀ over
 * the heads e of earlier layers, weighted by their attention to the previous token; its trace is
 * Olsson's QK-eigenvalue measure. The nonzero eigenvalues of AB are those of BA, so that nothing is
 * wider than dModel. MLPs and norm scales on the way are left out.
 */
public final class CopyingAnalysis implements Analysis<CopyingAnalysis.Parameters, CopyingResult> {
  private static final int ROWS = 4;
  private static final int PERIOD = 32;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Fold the gains of the norms into the matrices beside them; scales, biases and"
                      + " rotary are never in them",
              byDefault = "no")
          boolean foldNorm,
      @Param(help = "Random rotations", byDefault = "20", min = 2, unit = "rotations") int draws,
      @Param(help = "Seed of the rotations and random tokens", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "heads.copying";
  }

  @Override
  public String title() {
    return "Copying and matching by eigenvalues";
  }

  @Override
  public String description() {
    return "Whether heads say what they attend to, and whether their keys match previous tokens, by"
        + " eigenvalues of the full circuits over the vocabulary, beside random rotation.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --out copying";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public CopyingResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    DecoderSpec spec = model.spec();
    DataType type = model.precision() == Precision.FP64 ? DataType.FLOAT64 : DataType.FLOAT32;
    OffsetAttention attention = OffsetAttention.of(subject, ROWS, PERIOD, p.seed());
    VocabularyMaps vocabulary = new VocabularyMaps(model, p.foldNorm());
    List<CopyingResult.Head> heads = new ArrayList<>();
    try (NDManager scope = model.newManager()) {
      int d = spec.dModel();
      int e = spec.attention().dHead();
      progress.begin(spec.layers() + 1L, "layers and the vocabulary");
      RotatedSpectra spectra = new RotatedSpectra(p.draws(), e, d, p.seed(), type, scope);
      NDArray through = vocabulary.throughVocabulary(scope).toType(type, false);
      NDArray gram = vocabulary.embeddingGram(scope).toType(type, false);
      progress.advance(1);
      NDArray moved = scope.zeros(new Shape(d, d), type); // Σ_e prev(e)·OV_e of layers before
      for (int layer = 0; layer < spec.layers(); layer++) {
        try (NDManager inner = scope.newSubManager()) {
          LayerFactors factors = LayerFactors.of(model, layer, p.foldNorm(), inner);
          Circuits circuits = new Circuits(factors, through, gram, moved, layer > 0);
          double[] previous = ofLayer(attention.previous(), layer, spec);
          heads.addAll(circuits.scored(layer, previous, spectra));
          moved.addi(circuits.moved(previous));
        }
        progress.advance(1);
      }
    }
    return new CopyingResult(spec.layers(), spec.attention().heads(), heads, protocol(p));
  }

  private static double[] ofLayer(double[] all, int layer, DecoderSpec spec) {
    int heads = spec.attention().heads();
    return Arrays.copyOfRange(all, layer * heads, (layer + 1) * heads);
  }

  /** The circuits of one layer's heads. */
  private record Circuits(
      LayerFactors factors, NDArray through, NDArray gram, NDArray before, boolean matches) {

    List<CopyingResult.Head> scored(int layer, double[] previous, RotatedSpectra spectra) {
      NDArray moves = through.expandDims(0).matMul(factors.v()); // [head, dModel, dHead]
      List<EigenvalueScore> copying = spectra.scores(factors.o(), moves);
      List<EigenvalueScore> matching = List.of();
      double[] traces = new double[copying.size()];
      if (matches) {
        NDArray keys = factors.k().transpose(0, 2, 1); // [head, dHead, dModel]
        NDArray wanted = before.transpose().matMul(gram).expandDims(0).matMul(factors.q());
        matching = spectra.scores(keys, wanted);
        traces =
            keys.transpose(0, 2, 1)
                .mul(wanted)
                .toType(DataType.FLOAT64, false)
                .sum(new int[] {1, 2})
                .toDoubleArray();
      }
      List<CopyingResult.Head> heads = new ArrayList<>();
      for (int head = 0; head < copying.size(); head++) {
        heads.add(
            new CopyingResult.Head(
                new HeadName(layer, head),
                previous[head],
                copying.get(head),
                matches ? matching.get(head) : null,
                matches ? traces[head] : null));
      }
      return heads;
    }

    /** Σ_h weight(h)·OV_h, {@code [dModel, dModel]}. */
    NDArray moved(double[] weights) {
      long h = weights.length;
      long d = through.getShape().get(0);
      NDArray scale =
          factors
              .v()
              .getManager()
              .create(weights, new Shape(h, 1, 1))
              .toType(factors.v().getDataType(), false);
      NDArray values = factors.v().mul(scale).transpose(1, 0, 2); // [dModel, head, dHead]
      long e = values.getShape().get(2);
      return values.reshape(d, h * e).matMul(factors.o().reshape(h * e, d));
    }
  }

  private static Map<String, Object> protocol(Parameters p) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-eigenvalues/1");
    protocol.put("copying", "sum(lambda) / sum(|lambda|) of W_E OV W_U, whole vocabulary");
    protocol.put(
        "matching",
        "the same of sum over earlier layers' heads e of prev(e) W_E QK (W_E OV_e)^T; trace: the"
            + " QK-eigenvalue measure");
    protocol.put(
        "prev",
        "mean attention to the previous token, %d rows of a block of up to %d random tokens given twice"
            .formatted(ROWS, PERIOD));
    protocol.put("norms", p.foldNorm() ? "gains folded in, scales left out" : "not folded");
    protocol.put("left_out", "biases, rotary, MLPs, positions");
    protocol.put(
        "chance",
        "%d uniform rotations of what a head writes (copying) or its keys read (matching), seed %d; interval: mean +- 1.96 deviations"
            .formatted(p.draws(), p.seed()));
    return protocol;
  }
}
