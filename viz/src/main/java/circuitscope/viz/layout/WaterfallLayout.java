package circuitscope.viz.layout;

import circuitscope.viz.figure.Waterfall;
import circuitscope.viz.layout.PlotFrame.Side;
import circuitscope.viz.palette.Categorical;
import java.util.ArrayList;
import java.util.List;

/** Places a waterfall: lying bars from level to level, joined by thin lines, the sum last. */
final class WaterfallLayout {
  /** Share of a step's slot that its bar fills. */
  private static final double FILLED = 0.7;

  private static final int UP = 0;
  private static final int DOWN = 1;

  private WaterfallLayout() {}

  static Block place(Waterfall figure, FigureStyle style, double width, double height) {
    Pen pen = new Pen(style);
    double[] levels = figure.levels();
    double[] range = {0, 0};
    CurvesLayout.include(range, levels);
    List<String> names = new ArrayList<>(figure.steps());
    names.add(figure.total());
    PlotFrame frame =
        new PlotFrame(
            pen,
            Side.Measured.of(figure.value(), range[0], range[1], 0.03),
            new Side.Named("", names),
            width,
            height > 0 ? height : (1.4 * names.size() + 4) * pen.em());
    frame.drawGrid(pen);
    double zero = frame.atX(0);
    pen.line(
        zero,
        frame.area().y(),
        zero,
        frame.area().bottom(),
        Stroke.solid(pen.theme().faintInk(), 0.6));
    for (int i = 0; i < figure.changes().length; i++) {
      int group = figure.changes()[i] < 0 ? DOWN : UP;
      int fill = Categorical.colour(group, pen.theme());
      bar(pen, frame, i, levels[i], levels[i + 1], fill);
      join(pen, frame, i, levels[i + 1]);
      pick(pen, frame, figure, i, figure.changes()[i], levels[i + 1]);
    }
    bar(pen, frame, figure.changes().length, 0, levels[levels.length - 1], pen.theme().faintInk());
    double sum = levels[levels.length - 1];
    pick(pen, frame, figure, figure.changes().length, sum, sum);
    frame.drawAxes(pen);
    return frame.block(pen);
  }

  /** The whole row, so that a small step is found as easily as a large one. */
  private static void pick(
      Pen pen, PlotFrame frame, Waterfall figure, int row, double change, double level) {
    String name = row < figure.steps().size() ? figure.steps().get(row) : figure.total();
    double thickness = FILLED * frame.slotHeight();
    Box area = frame.area();
    pen.pick(
        new PickRegion.Spot(
            new Box(area.x(), top(frame, row), area.width(), thickness),
            new Pick.Step(figure.id(), row, name, change, level)));
  }

  private static double top(PlotFrame frame, int row) {
    return frame.area().y() + (row + (1 - FILLED) / 2) * frame.slotHeight();
  }

  private static double x(PlotFrame frame, double value) {
    return Math.clamp(frame.atX(value), frame.area().x(), frame.area().right());
  }

  private static void bar(Pen pen, PlotFrame frame, int row, double from, double to, int fill) {
    double left = Math.min(x(frame, from), x(frame, to));
    double right = Math.max(x(frame, from), x(frame, to));
    double thickness = FILLED * frame.slotHeight();
    pen.rect(new Box(left, top(frame, row), right - left, thickness), fill);
  }

  /** From the end of one bar to the beginning of the next. */
  private static void join(Pen pen, PlotFrame frame, int row, double level) {
    double at = x(frame, level);
    double bottom = top(frame, row) + FILLED * frame.slotHeight();
    pen.line(at, bottom, at, top(frame, row + 1), Stroke.solid(pen.theme().faintInk(), 0.5));
  }
}
