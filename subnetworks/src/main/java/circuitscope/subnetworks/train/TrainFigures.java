package circuitscope.subnetworks.train;

import circuitscope.subnetworks.train.MaskTrainer.Point;
import circuitscope.subnetworks.train.TrainResult.Trained;
import circuitscope.subnetworks.train.TrainResult.Validated;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The course of trainings: loss, undecided and kept weights, and r on held-out text. */
final class TrainFigures {
  private static final double LN_2 = Math.log(2);

  /** Of the kept share: below it a mask is drawn as if it were there. */
  private static final double LEAST_SHARE = 1e-6;

  private final TrainResult result;
  private final boolean oneSeed;

  private TrainFigures(TrainResult result) {
    this.result = result;
    oneSeed = result.masks().stream().mapToLong(Trained::seed).distinct().count() == 1;
  }

  static List<Figure> of(TrainResult result) {
    return new TrainFigures(result).figures();
  }

  private List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    double total = result.total();
    add(
        figures,
        new Heading(
            "training-loss",
            "Cross-entropy while masks are trained",
            "To the target distribution, with soft masks: it rises where masks harden."),
        PlotAxis.linear("cross-entropy (bits)"),
        courses(point -> point.lossNats() / LN_2));
    add(
        figures,
        new Heading(
            "training-undecided",
            "Weights that are not decided yet",
            "Share of weights that are used to between 0.1 and 0.9."),
        PlotAxis.linear("undecided share"),
        courses(point -> (total - point.below() - point.above()) / total));
    add(
        figures,
        new Heading(
            "training-kept",
            "Weights that the hard mask keeps",
            "Share of weights with m > 0, were training to end there."),
        PlotAxis.log("kept share", LEAST_SHARE),
        courses(point -> Math.max(point.kept() / total, LEAST_SHARE)));
    add(
        figures,
        new Heading(
            "training-r",
            "How like bigrams the hard mask predicts",
            "Pearson's r of surprisals on held-out text, were training to end there."),
        PlotAxis.linear("Pearson's r"),
        scores());
    return figures;
  }

  private static void add(
      List<Figure> figures, Heading heading, PlotAxis y, List<Curves.Series> series) {
    if (!series.isEmpty()) {
      figures.add(new Curves(heading, PlotAxis.linear("optimiser step"), y, series));
    }
  }

  private List<Curves.Series> courses(ToDoubleFunction<Point> value) {
    List<Curves.Series> series = new ArrayList<>();
    for (Trained mask : result.masks()) {
      if (mask.curve().size() > 1) {
        series.add(
            new Curves.Series(
                name(mask),
                mask.curve().stream().mapToDouble(Point::steps).toArray(),
                mask.curve().stream().mapToDouble(value).toArray()));
      }
    }
    return series;
  }

  private List<Curves.Series> scores() {
    List<Curves.Series> series = new ArrayList<>();
    for (Trained mask : result.masks()) {
      if (mask.validation().size() > 1) {
        series.add(score(mask, "clamped", Validated::pearsonClamp));
        series.add(score(mask, "dropped", Validated::pearsonDrop));
      }
    }
    return series;
  }

  private Curves.Series score(Trained mask, String variant, ToDoubleFunction<Validated> r) {
    return new Curves.Series(
        name(mask) + ", " + variant,
        mask.validation().stream().mapToDouble(Validated::steps).toArray(),
        mask.validation().stream().mapToDouble(r).toArray());
  }

  private String name(Trained mask) {
    return "λ = " + mask.lambda() + (oneSeed ? "" : ", seed " + mask.seed());
  }
}
