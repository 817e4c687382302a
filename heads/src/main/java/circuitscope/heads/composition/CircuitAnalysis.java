package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.geometry.DenseAlgebra;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One head's circuits over the vocabulary (Elhage et al. 2021): which token raises which when it is
 * attended to, W_E·OV·W_U, and which looks for which, W_E·QK·W_Eᵀ.
 *
 * <p>Both are vocab × vocab and are seen in tiles of rows, each row minus its mean, which changes
 * no probability. The norms' scales are left out, so that only differences within a circuit mean
 * something; MLPs, and for QK positions, are left out too.
 */
public final class CircuitAnalysis implements Analysis<CircuitAnalysis.Parameters, CircuitResult> {
  private static final int TILE = 4096;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The head, layer and number from 0, such as L3H1") String head,
      @Param(help = "Pairs listed of each circuit", byDefault = "20", min = 1, unit = "pairs")
          int top,
      @Param(
              help =
                  "Fold the gains of the norms into the matrices beside them; scales, biases and"
                      + " rotary are never in them",
              byDefault = "no")
          boolean foldNorm) {
    public Parameters {
      HeadName.parse(head);
    }
  }

  @Override
  public String id() {
    return "heads.circuit";
  }

  @Override
  public String title() {
    return "Circuits of a head";
  }

  @Override
  public String description() {
    return "Which tokens one head raises when it attends to a token, and which tokens look for"
        + " which, from the weights, with the spectra of both circuits (Elhage et al. 2021).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --head L3H1 --out circuit";
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
  public CircuitResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    HeadName name = HeadName.parse(p.head()).checked(model.spec());
    VocabularyMaps vocabulary = new VocabularyMaps(model, p.foldNorm());
    HeadWeights weights = HeadWeights.of(model, name, p.foldNorm());
    try (NDManager scope = model.newManager()) {
      LayerFactors layer = LayerFactors.of(model, name.layer(), p.foldNorm(), scope);
      NDIndex head = new NDIndex("{}", name.head());
      NDArray attended = tokens(vocabulary, layer.v().get(head), false, scope); // [vocab, dHead]
      NDArray raised = tokens(vocabulary, layer.o().get(head).transpose(), true, scope);
      NDArray query = tokens(vocabulary, layer.q().get(head), false, scope);
      NDArray key = tokens(vocabulary, layer.k().get(head), false, scope);
      double scale = model.spec().attention().scales().get(name.layer());
      TokenCircuit ov =
          TokenCircuit.of(attended, raised.transpose(), p.top(), progress.step("OV", 0.5));
      TokenCircuit qk =
          TokenCircuit.of(query.mul(scale), key.transpose(), p.top(), progress.step("QK", 0.5));
      DenseAlgebra.Spectrum eigenvalues = spectrum(raised.transpose().matMul(attended));
      return new CircuitResult(
          name,
          RotatedSpectra.share(eigenvalues),
          ov.ownFirst(),
          pairs(ov, subject),
          pairs(qk, subject),
          eigenvalues,
          weights.ov().singularValues(),
          weights.qk().singularValues(),
          protocol(p));
    }
  }

  /** W_E·W (or W_Uᵀ·W) of all tokens, {@code [vocab, dHead]}. */
  private static NDArray tokens(
      VocabularyMaps vocabulary, NDArray w, boolean unembed, NDManager scope) {
    NDList parts = new NDList();
    for (int from = 0; from < vocabulary.size(); from += TILE) {
      int to = Math.min(vocabulary.size(), from + TILE);
      try (NDManager tile = scope.newSubManager()) {
        NDArray rows =
            unembed ? vocabulary.unembedding(from, to, tile) : vocabulary.embedding(from, to, tile);
        NDArray part = rows.matMul(w);
        part.attach(scope);
        parts.add(part);
      }
    }
    return NDArrays.concat(parts, 0);
  }

  private static DenseAlgebra.Spectrum spectrum(NDArray square) {
    int e = (int) square.getShape().get(0);
    double[] values = square.toType(DataType.FLOAT64, false).toDoubleArray();
    return DenseAlgebra.of(e).eigenvalues(values, e);
  }

  private static List<TokenPair> pairs(TokenCircuit circuit, Subject subject) {
    List<TokenPair> pairs = new ArrayList<>();
    for (TokenCircuit.Entry entry : circuit.largest()) {
      pairs.add(
          new TokenPair(
              label(entry.row(), subject),
              label(entry.column(), subject),
              entry.row(),
              entry.column(),
              entry.value()));
    }
    return pairs;
  }

  /** The embedding may have more rows than the tokenizer has tokens. */
  private static String label(int id, Subject subject) {
    var tokenizer = subject.tokenizer();
    return tokenizer != null && id >= tokenizer.vocabularySize() ? "#" + id : subject.label(id);
  }

  private static Map<String, Object> protocol(Parameters p) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-circuit/1");
    protocol.put("ov", "W_E OV W_U, each row minus its mean");
    protocol.put("qk", "W_E QK W_E^T times the attention scale, each row minus its mean");
    protocol.put("norms", p.foldNorm() ? "gains folded in, scales left out" : "not folded");
    protocol.put("left_out", "biases, rotary, positions, MLPs");
    return protocol;
  }
}
