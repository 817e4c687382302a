package circuitscope.heads.icll;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Distances and accuracies by the strings seen, and what ablation does. */
final class IcllFigures {
  private static final String BAND = "95 % bootstrap interval over languages";
  private static final PlotAxis SEEN = PlotAxis.linear("strings seen");

  private IcllFigures() {}

  static List<Figure> of(IcllResult result) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        distances(
            "icll-model",
            "Distance of the model from automaton and n-gram learners",
            "model - ",
            result));
    figures.add(
        distances(
            "icll-automaton",
            "Distance of the automaton from n-gram learners",
            "automaton - ",
            result));
    figures.add(
        new Curves(
            new Heading(
                "icll-accuracy",
                "Greedy accuracy by strings seen",
                "Share of positions at which the most likely symbol is one that the automaton"
                    + " allows."),
            SEEN,
            PlotAxis.linear("greedy accuracy"),
            result.accuracies().stream()
                .map(accuracy -> series(accuracy.who(), accuracy.byStringsSeen()))
                .toList()));
    if (result.ablation() != null) {
      figures.add(ablation(result.ablation()));
    }
    return figures;
  }

  private static Figure distances(String id, String title, String prefix, IcllResult result) {
    return new Curves(
        new Heading(
            id,
            title,
            "Total variation distance (half of L1) between distributions of the next symbol, mean"
                + " over positions after so many complete strings; n-gram learners of order n look"
                + " at n-1 symbols."),
        SEEN,
        PlotAxis.linear("total variation distance"),
        result.distances().stream()
            .filter(distance -> distance.between().startsWith(prefix))
            .map(
                distance ->
                    series(distance.between().substring(prefix.length()), distance.byStringsSeen()))
            .toList());
  }

  private static Curves.Series series(String name, List<IcllResult.Point> points) {
    return new Curves.Series(
        name,
        points.stream().mapToDouble(IcllResult.Point::stringsSeen).toArray(),
        values(points, Estimate::value),
        new Interval(values(points, Estimate::low), values(points, Estimate::high), BAND));
  }

  private static double[] values(List<IcllResult.Point> points, ToDoubleFunction<Estimate> end) {
    return points.stream().mapToDouble(point -> end.applyAsDouble(point.value())).toArray();
  }

  private static Figure ablation(IcllAblation ablation) {
    List<IcllAblation.Effect> effects = ablation.effects();
    return new Bars(
        new Heading(
            "icll-ablation",
            "Change of the distance without heads",
            "Total variation distance from the model without %s minus that from the whole model, %s;"
                    .formatted(ablation.heads(), ablation.kind())
                + " beside random sets of as many other heads."),
        "distance from",
        PlotAxis.linear("change of total variation distance"),
        effects.stream()
            .map(effect -> effect.order() == 0 ? "automaton" : effect.order() + "-gram learner")
            .toList(),
        List.of(
            new Bars.Group(
                "heads ablated",
                effects.stream().mapToDouble(effect -> effect.tvdChange().value()).toArray(),
                new Interval(
                    effects.stream().mapToDouble(effect -> effect.tvdChange().low()).toArray(),
                    effects.stream().mapToDouble(effect -> effect.tvdChange().high()).toArray(),
                    "95 % bootstrap interval; random sets: least to most")),
            new Bars.Group(
                "random sets",
                effects.stream().mapToDouble(IcllAblation.Effect::mean).toArray(),
                new Interval(
                    effects.stream().mapToDouble(IcllAblation.Effect::low).toArray(),
                    effects.stream().mapToDouble(IcllAblation.Effect::high).toArray(),
                    "95 % bootstrap interval; random sets: least to most"))));
  }
}
