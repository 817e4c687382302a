package circuitscope.probes.geometry;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The figures, tables and tensors of one or several models' stream geometries, by name. */
public final class StreamFigures {
  private StreamFigures() {}

  /** Two curves, and a heat map a model; those of several models on one sheet. */
  public static List<Figure> figures(Map<String, StreamGeometry> models) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        curves(
            models,
            "rotation-input",
            "Rotation from the stream to the current token's embedding",
            true));
    figures.add(
        curves(models, "rotation-output", "Rotation from the stream to its last state", false));
    String id = "covariance";
    String caption =
        "Frobenius cosine of the covariances of the residual stream after each layer (0: before the"
            + " first), each without its leading direction.";
    if (models.size() == 1) {
      models.forEach(
          (name, geometry) ->
              figures.add(
                  covariance(
                      new Heading(id, "Covariance similarity: " + name, caption), geometry)));
    } else {
      List<Figure> panels = new ArrayList<>();
      models.forEach(
          (name, geometry) ->
              panels.add(covariance(Heading.of("covariance-" + slug(name), name), geometry)));
      figures.add(new Sheet(new Heading(id, "Covariance similarity", caption), 2, panels));
    }
    return figures;
  }

  private static Heatmap covariance(Heading heading, StreamGeometry geometry) {
    CellAxis axis = CellAxis.counted("after layer");
    return new Heatmap(
        heading,
        new Matrix(geometry.states(), geometry.states(), geometry.flatSimilarity()),
        axis,
        axis,
        Colours.sequential("similarity").withRange(0, 1),
        CellMask.NONE);
  }

  private static Figure curves(
      Map<String, StreamGeometry> models, String id, String title, boolean input) {
    List<Curves.Series> series = new ArrayList<>();
    models.forEach(
        (name, geometry) -> {
          double[] states = IntStream.range(0, geometry.states()).asDoubleStream().toArray();
          List<Rotation> rotations = input ? geometry.toInput() : geometry.toOutput();
          series.add(new Curves.Series(name, states, StreamGeometry.degrees(rotations)));
        });
    return new Curves(
        new Heading(
            id,
            title,
            "Median angle of the eigenvalues of the ridge map from the stream after each layer (0:"
                + " before the first)."),
        PlotAxis.linear("after layer"),
        PlotAxis.linear("median angle (degrees)"),
        series);
  }

  /** {@code rotation}: a row a model and state; {@code covariance}: a row a model and pair. */
  public static List<DataTable> tables(Map<String, StreamGeometry> models) {
    List<List<Object>> rotations = new ArrayList<>();
    List<List<Object>> pairs = new ArrayList<>();
    models.forEach(
        (name, geometry) -> {
          for (int state = 0; state < geometry.states(); state++) {
            Rotation in = geometry.toInput().get(state);
            Rotation out = geometry.toOutput().get(state);
            rotations.add(
                List.of(
                    name,
                    state,
                    in.degrees(),
                    in.modulus(),
                    in.nearZero(),
                    out.degrees(),
                    out.modulus(),
                    out.nearZero()));
            for (int other = 0; other < geometry.states(); other++) {
              pairs.add(List.of(name, state, other, geometry.similarity()[state][other]));
            }
          }
        });
    return List.of(
        new DataTable(
            "rotation",
            List.of(
                "model",
                "after_layer",
                "input_degrees",
                "input_modulus",
                "input_near_zero",
                "output_degrees",
                "output_modulus",
                "output_near_zero"),
            rotations),
        new DataTable(
            "covariance", List.of("model", "after_layer", "with_layer", "similarity"), pairs));
  }

  /**
   * Of each model {@code eigenvalues_input} and {@code eigenvalues_output} {@code [state, d, 2]}
   * (real, imaginary) and {@code similarity} {@code [state, state]}; with several models the name
   * stands before, as {@code random_control.similarity}.
   */
  public static List<TensorSource> tensors(Map<String, StreamGeometry> models) {
    List<TensorSource> tensors = new ArrayList<>();
    models.forEach(
        (name, geometry) -> {
          String prefix = models.size() == 1 ? "" : slug(name).replace('-', '_') + ".";
          int states = geometry.states();
          float[] input = StreamGeometry.eigenvalues(geometry.toInput());
          TensorShape shape = new TensorShape(states, input.length / states / 2, 2);
          tensors.add(TensorSource.of(prefix + "eigenvalues_input", shape, input));
          tensors.add(
              TensorSource.of(
                  prefix + "eigenvalues_output",
                  shape,
                  StreamGeometry.eigenvalues(geometry.toOutput())));
          tensors.add(
              TensorSource.of(
                  prefix + "similarity",
                  new TensorShape(states, states),
                  geometry.flatSimilarity()));
        });
    return tensors;
  }

  private static String slug(String name) {
    return name.replace(' ', '-');
  }

  /** The conventions of all of these numbers. */
  public static Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("stream", "before any norm; after layer 0 means before the first layer");
    protocol.put("input", "embedding of the current token, without its position");
    protocol.put("output", "the stream after the last layer, before the final norm");
    protocol.put("map", "ridge, penalty " + Rotation.PENALTY + ", intercept not penalised");
    protocol.put("angle", "median of |arg| over all eigenvalues");
    protocol.put("near_zero", "modulus at most " + Rotation.NEAR_ZERO + " of the largest");
    protocol.put("covariance", "Frobenius cosine, leading direction dropped");
    return protocol;
  }
}
