package circuitscope.probes.residual;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.TokenStrip;
import java.util.List;
import java.util.stream.IntStream;

/** Pictures of early-exit depth. */
record DepthFigures(Depth depth) {
  private static final String MEANING = "95 % bootstrap interval over windows";

  List<Figure> all() {
    return List.of(
        agreement(),
        bins(
            "surprisal", "surprisal of the next token (bits, log)", depth.surprisalDeciles(), 0.01),
        bins("position", "position + 1 (log)", depth.positions(), 1),
        strip());
  }

  private Figure agreement() {
    double[] x = IntStream.rangeClosed(0, depth.layers()).asDoubleStream().toArray();
    return new Curves(
        new Heading(
            "depth-agreement",
            "Agreement with the final prediction, by layers read",
            "Share of tokens whose most likely next one under the logit lens is the final one; 0 is"
                + " the embedding alone."),
        PlotAxis.linear("layers"),
        PlotAxis.linear("share of tokens").withRange(0, 1),
        List.of(series("", x, depth.agreement())),
        List.of(Guide.atY(depth.mostFrequent().value(), "most frequent token")));
  }

  private Figure bins(String by, String title, List<Depth.Bin> bins, double floor) {
    double shift = by.equals("position") ? 1 : 0;
    double[] x = bins.stream().mapToDouble(bin -> shift + (bin.from() + bin.to()) / 2).toArray();
    return new Curves(
        new Heading(
            "depth-by-" + by,
            "Early-exit depth by " + by,
            "First state from which the most likely token is the final one and stays so."),
        new PlotAxis(title, Scaling.log(floor), null),
        PlotAxis.linear("layers"),
        List.of(series("", x, bins.stream().map(Depth.Bin::depth).toList())),
        List.of(Guide.atY(depth.depth().value(), "mean")));
  }

  private static Curves.Series series(String name, double[] x, List<Estimate> estimates) {
    return new Curves.Series(
        name,
        x,
        estimates.stream().mapToDouble(Estimate::value).toArray(),
        new Interval(
            estimates.stream().mapToDouble(Estimate::low).toArray(),
            estimates.stream().mapToDouble(Estimate::high).toArray(),
            MEANING));
  }

  private Figure strip() {
    float[] values = new float[depth.first().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = depth.first().get(i).depth();
    }
    return new TokenStrip(
        new Heading(
            "depth-text",
            "Layers until the prediction after each token is settled",
            "The first window; the colour of a token is the depth of what it predicts."),
        depth.firstTokens(),
        values,
        Colours.sequential("layers").withRange(0, depth.layers()));
  }
}
