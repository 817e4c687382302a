package circuitscope.heads.composition;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.geometry.DenseAlgebra;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Table;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One head's circuits.
 *
 * @param copying Σλ/Σ|λ| of W_E·OV·W_U
 * @param ownRaisedMost share of tokens that raise themselves more than any other
 * @param ov pairs with the largest values: attended token, raised token
 * @param qk likewise: querying token, looked-for token
 * @param eigenvalues of W_E·OV·W_U, those dHead that need not be 0
 * @param ovSingular singular values of OV, largest first
 * @param qkSingular of QK
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record CircuitResult(
    HeadName head,
    double copying,
    double ownRaisedMost,
    List<TokenPair> ov,
    List<TokenPair> qk,
    @JsonIgnore DenseAlgebra.Spectrum eigenvalues,
    @JsonIgnore double[] ovSingular,
    @JsonIgnore double[] qkSingular,
    @JsonIgnore Map<String, Object> protocol)
    implements Result {
  private static final int SHOWN = 6;

  @Override
  public String summary() {
    return String.format(
            Locale.ROOT,
            "%s: copying %.3f by eigenvalues; %.1f %% of tokens raise themselves most%n",
            head,
            copying,
            100 * ownRaisedMost)
        + "attended → raised: "
        + words(ov)
        + "\nquery → key: "
        + words(qk)
        + "\n";
  }

  private static String words(List<TokenPair> pairs) {
    return String.join(
        ", ",
        pairs.stream()
            .limit(SHOWN)
            .map(
                pair ->
                    String.format(
                        Locale.ROOT, "%s → %s %.2f", pair.from(), pair.to(), pair.value()))
            .toList());
  }

  @Override
  public List<Figure> figures() {
    return List.of(spectrum(), singular(), pairs("ov", ov), pairs("qk", qk));
  }

  private String id(String what) {
    return "circuit-" + head.toString().toLowerCase(Locale.ROOT) + "-" + what;
  }

  private Figure spectrum() {
    double largest = 0;
    for (int i = 0; i < eigenvalues.real().length; i++) {
      double modulus = Math.hypot(eigenvalues.real()[i], eigenvalues.imaginary()[i]);
      largest = Math.max(largest, modulus);
    }
    double edge = largest > 0 ? 1.1 * largest : 1;
    return new Scatter(
        new Heading(
            id("eigenvalues"),
            "Eigenvalues of W_E·OV·W_U, " + head,
            "Those on the right raise what they read, those on the left lower it."),
        PlotAxis.linear("real part").withRange(-edge, edge),
        PlotAxis.linear("imaginary part").withRange(-edge, edge),
        List.of(new Scatter.Group("eigenvalue", eigenvalues.real(), eigenvalues.imaginary())),
        List.of(Guide.atX(0, ""), Guide.atY(0, "")));
  }

  private Figure singular() {
    return new Curves(
        new Heading(
            id("singular"),
            "Singular values of " + head,
            "How many directions of the stream the head moves (OV) and matches (QK), each as a"
                + " share of its largest."),
        PlotAxis.linear("direction"),
        PlotAxis.linear("singular value / largest"),
        List.of(series("OV", ovSingular), series("QK", qkSingular)));
  }

  private static Curves.Series series(String name, double[] values) {
    double largest = values[0] > 0 ? values[0] : 1;
    return new Curves.Series(
        name,
        IntStream.rangeClosed(1, values.length).asDoubleStream().toArray(),
        Arrays.stream(values).map(value -> value / largest).toArray());
  }

  private Figure pairs(String circuit, List<TokenPair> pairs) {
    boolean moves = circuit.equals("ov");
    List<List<String>> rows = new ArrayList<>();
    for (TokenPair pair : pairs) {
      rows.add(List.of(pair.from(), pair.to(), String.format(Locale.ROOT, "%.3f", pair.value())));
    }
    return new Table(
        new Heading(
            id(circuit),
            (moves ? "What %s raises" : "What %s looks for").formatted(head),
            moves
                ? "Largest entries of W_E·OV·W_U, each row minus its mean."
                : "Largest entries of W_E·QK·W_Eᵀ times the attention scale, each row minus its"
                    + " mean."),
        List.of(
            Table.Column.text(moves ? "attended" : "query"),
            Table.Column.text(moves ? "raised" : "key"),
            Table.Column.number("value")),
        rows);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Map.Entry<String, List<TokenPair>> circuit : Map.of("ov", ov, "qk", qk).entrySet()) {
      for (TokenPair pair : circuit.getValue()) {
        rows.add(
            List.of(
                circuit.getKey(),
                pair.fromId(),
                pair.from(),
                pair.toId(),
                pair.to(),
                pair.value()));
      }
    }
    return List.of(
        new DataTable(
            "pairs", List.of("circuit", "from_id", "from", "to_id", "to", "value"), rows));
  }

  /** {@code eigenvalues} [dHead, 2] (real, imaginary), {@code ov_singular}, {@code qk_singular}. */
  @Override
  public List<TensorSource> tensors() {
    int e = eigenvalues.real().length;
    float[] values = new float[2 * e];
    for (int i = 0; i < e; i++) {
      values[2 * i] = (float) eigenvalues.real()[i];
      values[2 * i + 1] = (float) eigenvalues.imaginary()[i];
    }
    return List.of(
        TensorSource.of("eigenvalues", new TensorShape(e, 2), values),
        vector("ov_singular", ovSingular),
        vector("qk_singular", qkSingular));
  }

  private static TensorSource vector(String name, double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return TensorSource.of(name, new TensorShape(narrow.length), narrow);
  }
}
