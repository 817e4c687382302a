package circuitscope.app.gui.subnetworks;

import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A training in figures, as far as it is: loss, r, share kept and the Pareto front. */
final class CourseFigures {
  private static final double LN_2 = Math.log(2);
  private static final double LEAST_SHARE = 1e-6;

  /** More points than these cannot be told apart in a small figure. */
  private static final int MOST_POINTS = 400;

  private final List<Course> courses;
  private final long total;

  private CourseFigures(List<Course> courses, long total) {
    this.courses = courses.stream().filter(course -> !course.points().isEmpty()).toList();
    this.total = total;
  }

  static List<Figure> of(List<Course> courses, long total) {
    return new CourseFigures(courses, total).figures();
  }

  private List<Figure> figures() {
    if (courses.isEmpty() || total == 0) {
      return List.of();
    }
    boolean judged =
        courses.stream().flatMap(one -> one.points().stream()).anyMatch(CourseFigures::judged);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        curves(
            "live-loss",
            Words.TEXTS.get("figure.loss"),
            PlotAxis.linear(Words.TEXTS.get("axis.loss")),
            point -> point.lossNats() / LN_2));
    figures.add(
        curves(
            "live-kept",
            Words.TEXTS.get("figure.kept"),
            PlotAxis.log(Words.TEXTS.get("axis.kept"), LEAST_SHARE),
            this::share));
    if (judged) {
      figures.add(
          curves(
              "live-r",
              Words.TEXTS.get("figure.r"),
              PlotAxis.linear(Words.TEXTS.get("axis.r")),
              Course.Point::pearson));
    }
    figures.add(pareto(judged));
    return figures;
  }

  private static boolean judged(Course.Point point) {
    return !Double.isNaN(point.pearson());
  }

  private double share(Course.Point point) {
    return Math.max((double) point.kept() / total, LEAST_SHARE);
  }

  private Figure curves(String id, String title, PlotAxis y, ToDoubleFunction<Course.Point> value) {
    List<Curves.Series> series = new ArrayList<>();
    for (Course course : courses) {
      List<Course.Point> points =
          id.equals("live-r")
              ? course.points().stream().filter(CourseFigures::judged).toList()
              : thinned(course.points());
      series.add(
          new Curves.Series(
              label(course),
              points.stream().mapToDouble(Course.Point::steps).toArray(),
              points.stream().mapToDouble(value).toArray()));
    }
    return new Curves(
        Heading.of(id, title), PlotAxis.linear(Words.TEXTS.get("axis.step")), y, series);
  }

  private static List<Course.Point> thinned(List<Course.Point> points) {
    int every = 1 + points.size() / MOST_POINTS;
    List<Course.Point> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (i % every == 0 || i == points.size() - 1) {
        kept.add(points.get(i));
      }
    }
    return kept;
  }

  /** Where each λ stands: share kept, and r where it is judged, else the loss. */
  private Figure pareto(boolean judged) {
    double[] x = new double[courses.size()];
    double[] y = new double[courses.size()];
    for (int i = 0; i < x.length; i++) {
      List<Course.Point> points = courses.get(i).points();
      x[i] = share(points.getLast());
      y[i] =
          judged
              ? points.stream()
                  .filter(CourseFigures::judged)
                  .mapToDouble(Course.Point::pearson)
                  .reduce(Double.NaN, (before, last) -> last)
              : points.getLast().lossNats() / LN_2;
    }
    String axis = judged ? "axis.r" : "axis.loss";
    return new Scatter(
        Heading.of("live-pareto", Words.TEXTS.get("figure.pareto")),
        PlotAxis.log(Words.TEXTS.get("axis.kept"), LEAST_SHARE),
        PlotAxis.linear(Words.TEXTS.get(axis)),
        List.of(new Scatter.Group("", x, y, courses.stream().map(CourseFigures::label).toList())));
  }

  private static String label(Course course) {
    return course.name().replace("lambda-", "λ = ").replace(".seed-", ", seed ");
  }
}
