package circuitscope.heads.sinks;

import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The figures of why there is a sink. */
final class WhyFigures {
  private static final double FLOOR = 1e-3;

  private WhyFigures() {}

  static List<Figure> of(SinkWhy result) {
    return List.of(norms(result), cosines(result), share(result), constancy(result));
  }

  private static Figure norms(SinkWhy result) {
    List<Contrast> states = new ArrayList<>();
    states.add(result.embedding());
    result.layers().forEach(layer -> states.add(layer.h()));
    List<Contrast> k = result.layers().stream().map(SinkWhy.Layer::k).toList();
    List<Contrast> v = result.layers().stream().map(SinkWhy.Layer::v).toList();
    List<Contrast> cos = result.layers().stream().map(SinkWhy.Layer::cos).toList();
    return new Sheet(
        new Heading(
            "sink-norms",
            "The first position beside the others",
            "Means over samples, heads and positions, with bands from the 5 % to the 95 % quantile:"
                + " hidden states after each layer (0: the embedding), keys, values, and the cosine"
                + " of queries with keys."),
        2,
        List.of(
            curves("norm-h", "after layer", PlotAxis.log("‖h‖", FLOOR), states),
            curves("norm-k", "layer", PlotAxis.log("‖k‖", FLOOR), k),
            curves("norm-v", "layer", PlotAxis.log("‖v‖", FLOOR), v),
            curves("cos-qk", "layer", PlotAxis.linear("cos(q, k)"), cos)));
  }

  private static Curves curves(String id, String title, PlotAxis y, List<Contrast> contrasts) {
    double[] x = new double[contrasts.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
    }
    List<Spread> sink = contrasts.stream().map(Contrast::sink).toList();
    List<Spread> others = contrasts.stream().map(Contrast::others).toList();
    return new Curves(
        Heading.of(id, ""),
        PlotAxis.linear(title),
        y,
        List.of(series("position 0", x, sink), series("other positions", x, others)));
  }

  private static Curves.Series series(String name, double[] x, List<Spread> spreads) {
    return new Curves.Series(
        name,
        x,
        spreads.stream().mapToDouble(Spread::mean).toArray(),
        new Interval(
            spreads.stream().mapToDouble(Spread::low).toArray(),
            spreads.stream().mapToDouble(Spread::high).toArray(),
            "5 % to 95 %"));
  }

  private static Figure cosines(SinkWhy result) {
    int layers = result.layers().size();
    int heads = result.heads().size() / layers;
    float[] values = new float[layers * heads];
    for (int i = 0; i < values.length; i++) {
      SinkWhy.Head head = result.heads().get(i);
      values[i] = (float) (head.cosSink().value() - head.cosOthers().value());
    }
    return new Heatmap(
        new Heading(
            "sink-cosines",
            "cos(q, k) at the first position minus elsewhere",
            "By head: above 0, queries lie closer to the first key than to the others they see."),
        new Matrix(layers, heads, values),
        new CellAxis("layer", SinkFigures.names(layers)),
        new CellAxis("head", SinkFigures.names(heads)),
        Colours.signed("difference of cosines"),
        CellMask.NONE);
  }

  private static Figure share(SinkWhy result) {
    return scatter(
        new Heading(
            "sink-value-share",
            "What heads take from the first position",
            "A head is at the lower right when it looks at the first position and takes almost"
                + " nothing from it; there it rests."),
        "attention on position 0",
        PlotAxis.linear("its share of the head's output norm"),
        result,
        head -> head.valueShare().value());
  }

  private static Figure constancy(SinkWhy result) {
    return scatter(
        new Heading(
            "sink-bias-constancy",
            "Is the sink's update a bias?",
            "‖E u‖² / E‖u‖² of what a head writes of the first position's value, over samples and"
                + " queries: at 1 it writes the same vector everywhere."),
        "attention on position 0",
        PlotAxis.linear("bias constancy").withRange(0, 1),
        result,
        SinkWhy.Head::biasConstancy);
  }

  private static Figure scatter(
      Heading heading, String x, PlotAxis y, SinkWhy result, ToDoubleFunction<SinkWhy.Head> value) {
    List<SinkWhy.Head> heads =
        result.heads().stream()
            .sorted(Comparator.comparingDouble(head -> -head.mass().value()))
            .toList();
    return new Scatter(
        heading,
        PlotAxis.linear(x).withRange(0, 1),
        y,
        List.of(
            new Scatter.Group(
                "heads",
                heads.stream().mapToDouble(head -> head.mass().value()).toArray(),
                heads.stream().mapToDouble(value).toArray(),
                heads.stream().map(head -> head.head().toString()).toList())));
  }
}
