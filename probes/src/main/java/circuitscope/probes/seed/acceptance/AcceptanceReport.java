package circuitscope.probes.seed.acceptance;

import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Tells acceptance, what it would gain, and where in the text it is high. */
record AcceptanceReport(
    List<AcceptanceProbe.Measured> drafts,
    AcceptanceProbe.Settings settings,
    List<String> labels,
    TokensRead read) {

  ProbeResult result() {
    List<Point> points = new ArrayList<>();
    for (AcceptanceProbe.Measured draft : drafts) {
      points.add(point(draft, "alpha", 0, w -> w.alpha));
    }
    for (AcceptanceProbe.Measured draft : drafts) {
      for (int i = 0; i < settings.gammas().size(); i++) {
        int gamma = settings.gammas().get(i);
        points.add(formula(draft, gamma));
        points.add(point(draft, "tokens a call", gamma, w -> tokens(w, gamma)));
        points.add(point(draft, "speed-up", gamma, w -> tokens(w, gamma) / cost(gamma)));
      }
      for (int i = 0; i < settings.widths().size(); i++) {
        int width = i;
        points.add(point(draft, "accepted of k", settings.widths().get(i), w -> w.accepted[width]));
      }
    }
    return new ProbeResult(
        "alpha_t = sum over v of min(p_t(v), q_t(v)); tokens a call = 1 + sum over i of alpha_t ..."
            + " alpha_(t+i-1), beside (1 - alpha^(gamma+1)) / (1 - alpha) of the mean alpha;"
            + " speed-up ="
            + " tokens a call / (gamma c + 1), c = %s; temperature %s"
                .formatted(settings.costRatio(), settings.temperature()),
        "the text's unigram distribution as draft",
        "gamma, k",
        points,
        List.of(
            "accepted of k: 1 - product of (1 - alpha_k), candidates without replacement, one draw"
                + " a position"),
        protocol(),
        figures(points),
        List.of(),
        read);
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Window(double alpha, double[] alphas, double[] accepted) {}

  private static double tokens(Window window, int gamma) {
    return Acceptance.tokensPerCall(window.alphas, gamma);
  }

  private double cost(int gamma) {
    return gamma * settings.costRatio() + 1;
  }

  private Estimate estimate(AcceptanceProbe.Measured draft, ToDoubleFunction<Window> value) {
    double[] byWindow =
        IntStream.range(0, draft.alphas().length)
            .mapToObj(
                w ->
                    new Window(
                        Arrays.stream(draft.alphas()[w]).average().orElse(0),
                        draft.alphas()[w],
                        draft.accepted()[w]))
            .mapToDouble(value)
            .toArray();
    return Estimate.mean(byWindow, settings.seed());
  }

  private Point point(
      AcceptanceProbe.Measured draft, String what, int at, ToDoubleFunction<Window> value) {
    AcceptanceProbe.Measured unigram = drafts.getLast();
    boolean isNull = draft.name().equals(unigram.name());
    Double chance = isNull ? null : estimate(unigram, value).value();
    return Point.of(draft.name() + ": " + what, at, estimate(draft, value), chance, positions());
  }

  private Point formula(AcceptanceProbe.Measured draft, int gamma) {
    double[][] sums = new double[draft.alphas().length][];
    for (int w = 0; w < sums.length; w++) {
      sums[w] = new double[] {1, Arrays.stream(draft.alphas()[w]).average().orElse(0)};
    }
    Estimate of =
        Estimate.of(
            sums,
            settings.seed(),
            s -> Acceptance.tokensPerCall(s.values()[1] / s.values()[0], gamma));
    String name = draft.name() + ": tokens a call of mean alpha";
    return Point.of(name, gamma, of, null, positions());
  }

  private long positions() {
    return (long) drafts.getFirst().alphas().length * settings.length();
  }

  private List<Figure> figures(List<Point> points) {
    List<Figure> figures = new ArrayList<>();
    List<Curves.Series> series = new ArrayList<>();
    for (AcceptanceProbe.Measured draft : drafts) {
      List<Point> of =
          points.stream().filter(p -> p.series().equals(draft.name() + ": tokens a call")).toList();
      series.add(
          new Curves.Series(
              draft.name(),
              of.stream().mapToDouble(Point::at).toArray(),
              of.stream().mapToDouble(Point::value).toArray()));
    }
    figures.add(
        new Curves(
            new Heading(
                "tokens-a-call",
                "Tokens a call of the model",
                "Expected from the measured acceptance along the text, by draft length; the unigram"
                    + " draft is the null."),
            PlotAxis.linear("draft length"),
            PlotAxis.linear("tokens a call"),
            series));
    for (int i = 0; i + 1 < drafts.size(); i++) {
      double[] alphas = drafts.get(i).alphas()[0];
      float[] values = new float[alphas.length];
      for (int t = 0; t < values.length; t++) {
        values[t] = (float) alphas[t];
      }
      figures.add(
          new TokenStrip(
              new Heading(
                  "acceptance-" + i,
                  "Acceptance after each token: " + drafts.get(i).name(),
                  "How likely the draft for the token that follows is accepted; temperature "
                      + settings.temperature()),
              labels,
              values,
              Colours.probability("acceptance")));
    }
    return figures;
  }

  private Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "acceptance/1");
    protocol.put("temperature", settings.temperature());
    protocol.put("text", "both predictors read the text; drafts do not follow drafts");
    protocol.put("cost_ratio", settings.costRatio());
    protocol.put("unigram", "counts of the text read, one added to each token");
    protocol.put("seed", settings.seed());
    return protocol;
  }
}
