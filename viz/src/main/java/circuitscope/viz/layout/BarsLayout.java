package circuitscope.viz.layout;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.PlotFrame.Side;
import circuitscope.viz.palette.Categorical;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Places bars, upright or lying, and their intervals. */
final class BarsLayout {
  /** Share of a category's slot that its bars fill. */
  private static final double FILLED = 0.74;

  private BarsLayout() {}

  static Block place(Bars figure, FigureStyle style, double width, double height) {
    boolean lying = figure.direction() == Bars.Direction.LYING;
    Block legend = legend(figure, style, width);
    Pen pen = new Pen(style);
    Side values = values(figure);
    Side names = new Side.Named(figure.categoryTitle(), figure.categories());
    double wanted = height > 0 ? height - legend.height() : lying ? lyingHeight(figure, pen) : 0;
    PlotFrame frame =
        new PlotFrame(pen, lying ? values : names, lying ? names : values, width, wanted);
    frame.drawGrid(pen);
    for (int group = 0; group < figure.groups().size(); group++) {
      drawGroup(pen, frame, figure, group);
    }
    frame.drawGuides(pen, figure.guides(), lying);
    drawBase(pen, frame, lying, base(figure));
    frame.drawAxes(pen);
    return CurvesLayout.below(legend, frame.block(pen));
  }

  private static double lyingHeight(Bars figure, Pen pen) {
    double slot = Math.max(1.5, 0.9 * figure.groups().size() + 0.5);
    return (figure.categories().size() * slot + 4) * pen.em();
  }

  private static Side values(Bars figure) {
    double base = base(figure);
    double[] range = {base, base};
    for (Bars.Group group : figure.groups()) {
      CurvesLayout.include(range, group.values());
      Interval interval = group.interval();
      if (interval != null) {
        CurvesLayout.include(range, interval.low());
        CurvesLayout.include(range, interval.high());
      }
    }
    for (Guide guide : figure.guides()) {
      CurvesLayout.include(range, new double[] {guide.value()});
    }
    double pad = 0.05 * (range[1] - range[0]);
    if (figure.value().scaling().kind() == Scaling.Kind.LINEAR) {
      range[0] -= range[0] < base ? pad : 0;
      range[1] += range[1] > base ? pad : 0;
    }
    return Side.Measured.of(figure.value(), range[0], range[1], 0);
  }

  /** Where bars begin: 0, or the floor of a log axis. */
  private static double base(Bars figure) {
    Scaling scaling = figure.value().scaling();
    return scaling.kind() == Scaling.Kind.LOG ? scaling.threshold() : 0;
  }

  private static void drawBase(Pen pen, PlotFrame frame, boolean lying, double base) {
    Stroke stroke = Stroke.solid(pen.theme().faintInk(), 0.6);
    Box area = frame.area();
    double at = lying ? frame.atX(base) : frame.atY(base);
    if (lying && at > area.x() && at < area.right()) {
      pen.line(at, area.y(), at, area.bottom(), stroke);
    } else if (!lying && at > area.y() && at < area.bottom()) {
      pen.line(area.x(), at, area.right(), at, stroke);
    }
  }

  private static void drawGroup(Pen pen, PlotFrame frame, Bars figure, int index) {
    boolean lying = figure.direction() == Bars.Direction.LYING;
    Bars.Group group = figure.groups().get(index);
    Box area = frame.area();
    double slot = lying ? frame.slotHeight() : frame.slotWidth();
    double thickness = slot * FILLED / figure.groups().size();
    double first = lying ? area.y() : area.x();
    int fill = Categorical.colour(index, pen.theme());
    for (int i = 0; i < group.values().length; i++) {
      if (!Double.isFinite(group.values()[i])) {
        continue;
      }
      double side = first + i * slot + slot * (1 - FILLED) / 2 + index * thickness;
      double from = clamped(frame, lying, base(figure));
      double to = clamped(frame, lying, group.values()[i]);
      double low = Math.min(from, to);
      double length = Math.abs(to - from);
      double visible = thickness * 0.94;
      Box bar = lying ? new Box(low, side, length, visible) : new Box(side, low, visible, length);
      pen.rect(bar, fill);
      String category = figure.categories().get(i);
      Pick pick = new Pick.Bar(figure.id(), group.name(), i, category, group.values()[i]);
      pen.pick(new PickRegion.Spot(bar, pick));
      Interval interval = group.interval();
      if (interval != null && Double.isFinite(interval.low()[i] + interval.high()[i])) {
        whisker(
            pen,
            lying,
            side + visible / 2,
            clamped(frame, lying, interval.low()[i]),
            clamped(frame, lying, interval.high()[i]),
            Math.min(thickness * 0.25, 2));
      }
    }
  }

  private static double clamped(PlotFrame frame, boolean lying, double value) {
    Box area = frame.area();
    return lying
        ? Math.clamp(frame.atX(value), area.x(), area.right())
        : Math.clamp(frame.atY(value), area.y(), area.bottom());
  }

  private static void whisker(
      Pen pen, boolean lying, double middle, double from, double to, double cap) {
    Stroke stroke = Stroke.solid(pen.theme().ink(), 0.6);
    if (lying) {
      pen.line(from, middle, to, middle, stroke);
      pen.line(from, middle - cap, from, middle + cap, stroke);
      pen.line(to, middle - cap, to, middle + cap, stroke);
    } else {
      pen.line(middle, from, middle, to, stroke);
      pen.line(middle - cap, from, middle + cap, from, stroke);
      pen.line(middle - cap, to, middle + cap, to, stroke);
    }
  }

  private static Block legend(Bars figure, FigureStyle style, double width) {
    List<Legend.Entry> entries = new ArrayList<>();
    Set<String> meanings = new LinkedHashSet<>();
    for (int i = 0; i < figure.groups().size(); i++) {
      Bars.Group group = figure.groups().get(i);
      int fill = Categorical.colour(i, style.theme());
      if (!group.name().isEmpty()) {
        entries.add(
            new Legend.Entry(
                group.name(),
                (pen, left, y, w) ->
                    pen.rect(new Box(left, y - 0.4 * pen.em(), w, 0.8 * pen.em()), fill)));
      }
      Interval interval = group.interval();
      if (interval != null && !interval.meaning().isEmpty()) {
        meanings.add(interval.meaning());
      }
    }
    for (String meaning : meanings) {
      entries.add(
          new Legend.Entry(meaning, (pen, left, y, w) -> whisker(pen, true, y, left, left + w, 2)));
    }
    return Legend.of(style, entries, width);
  }
}
