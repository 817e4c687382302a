package circuitscope.viz.layout;

import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.layout.PlotFrame.Side;
import circuitscope.viz.palette.Categorical;
import java.util.ArrayList;
import java.util.List;

/** Places points, and labels beside them where there is room. */
final class ScatterLayout {
  private ScatterLayout() {}

  static Block place(Scatter figure, FigureStyle style, double width, double height) {
    Block legend = legend(figure, style, width);
    Pen pen = new Pen(style);
    double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    double[] y = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    int points = 0;
    for (Scatter.Group group : figure.groups()) {
      CurvesLayout.include(x, group.x());
      CurvesLayout.include(y, group.y());
      points += group.x().length;
    }
    for (Guide guide : figure.guides()) {
      CurvesLayout.include(guide.axis() == Guide.Axis.X ? x : y, new double[] {guide.value()});
    }
    PlotFrame frame =
        new PlotFrame(
            pen,
            Side.Measured.of(figure.x(), x[0], x[1], 0.06),
            Side.Measured.of(figure.y(), y[0], y[1], 0.06),
            width,
            height > 0 ? height - legend.height() : width * 0.8);
    frame.drawGrid(pen);
    double radius = points > 400 ? 1.1 : points > 100 ? 1.5 : 1.9;
    List<Box> taken = drawPoints(pen, frame, figure, radius);
    frame.drawGuides(pen, figure.guides(), false);
    pen.marks().forEach(mark -> avoidText(mark, taken));
    drawLabels(pen, frame, figure, radius, taken);
    frame.drawAxes(pen);
    return CurvesLayout.below(legend, frame.block(pen));
  }

  private static void avoidText(Mark mark, List<Box> taken) {
    if (mark instanceof Mark.Text text) {
      taken.add(text.bounds());
    }
  }

  private static List<Box> drawPoints(Pen pen, PlotFrame frame, Scatter figure, double radius) {
    List<Box> taken = new ArrayList<>();
    for (int g = 0; g < figure.groups().size(); g++) {
      Scatter.Group group = figure.groups().get(g);
      int fill = Categorical.colour(g, pen.theme());
      for (int i = 0; i < group.x().length; i++) {
        double x = frame.atX(group.x()[i]);
        double y = frame.atY(group.y()[i]);
        Box point = new Box(x - radius, y - radius, 2 * radius, 2 * radius);
        if (frame.area().contains(point, radius)) {
          Signs.draw(pen, g, x, y, radius, fill);
          taken.add(point);
          String label = group.labels().isEmpty() ? "" : group.labels().get(i);
          pen.pick(
              new PickRegion.Spot(
                  new Box(x, y, 0, 0),
                  new Pick.Point(figure.id(), group.name(), i, label, group.x()[i], group.y()[i])));
        }
      }
    }
    return taken;
  }

  /** Tries right, left, above and below of each point in turn; a label without room is left out. */
  private static void drawLabels(
      Pen pen, PlotFrame frame, Scatter figure, double radius, List<Box> taken) {
    double em = pen.em();
    for (Scatter.Group group : figure.groups()) {
      for (int i = 0; i < group.labels().size(); i++) {
        double x = frame.atX(group.x()[i]);
        double y = frame.atY(group.y()[i]);
        if (group.labels().get(i).isEmpty()
            || !frame.area().contains(new Box(x, y, 0, 0), radius)) {
          continue;
        }
        String text = pen.fitted(group.labels().get(i), frame.area().width() * 0.4);
        double length = pen.width(text);
        double away = radius + 1.2;
        double[][] places = {
          {x + away, y},
          {x - away - length, y},
          {x - length / 2, y - away - 0.5 * em},
          {x - length / 2, y + away + 0.5 * em}
        };
        for (double[] place : places) {
          Box box = Pen.labelBox(place[0], place[1], length, em);
          if (frame.area().contains(box, 0)
              && taken.stream().noneMatch(other -> other.overlaps(box, 0))) {
            taken.add(box);
            pen.label(text, place[0], place[1], Anchor.START);
            break;
          }
        }
      }
    }
  }

  private static Block legend(Scatter figure, FigureStyle style, double width) {
    List<Legend.Entry> entries = new ArrayList<>();
    for (int g = 0; g < figure.groups().size(); g++) {
      int group = g;
      String name = figure.groups().get(g).name();
      if (!name.isEmpty()) {
        int fill = Categorical.colour(g, style.theme());
        entries.add(
            new Legend.Entry(
                name, (pen, left, y, w) -> Signs.draw(pen, group, left + w / 2, y, 2, fill)));
      }
    }
    return Legend.of(style, entries, width);
  }
}
