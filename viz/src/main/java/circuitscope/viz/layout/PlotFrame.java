package circuitscope.viz.layout;

import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Range;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.Mark.Text.Anchor;
import java.util.ArrayList;
import java.util.List;

/** The two axes of a plot: room for their labels, ticks, grid lines, and values to places. */
final class PlotFrame {

  /** What runs along one side of the plot. */
  sealed interface Side {
    String title();

    /** Numbers from {@code low} to {@code high}. */
    record Measured(String title, Scaling scaling, double low, double high) implements Side {

      /**
       * The range of an axis: its own, or that of the data.
       *
       * @param padding share of the data's range that is added at each end
       */
      static Measured of(PlotAxis axis, double dataLow, double dataHigh, double padding) {
        Scaling scaling = axis.scaling();
        Range range = axis.range();
        if (range != null) {
          return new Measured(axis.title(), scaling, range.low(), range.high());
        }
        boolean empty = dataLow > dataHigh;
        double low = scaling.apply(empty ? 0 : dataLow);
        double high = scaling.apply(empty ? 1 : dataHigh);
        if (high - low < 1e-12 * Math.max(1, Math.abs(high))) {
          double half = high == 0 ? 0.5 : Math.abs(high) / 2;
          low -= half;
          high += half;
        }
        double extra = padding * (high - low);
        double paddedLow = scaling.invert(low - extra);
        double floor = scaling.kind() == Scaling.Kind.LOG ? scaling.threshold() : paddedLow;
        return new Measured(
            axis.title(), scaling, Math.max(paddedLow, floor), scaling.invert(high + extra));
      }

      double fraction(double value) {
        double from = scaling.apply(low);
        return (scaling.apply(value) - from) / (scaling.apply(high) - from);
      }

      List<Ticks.Tick> ticks(int most) {
        return Ticks.of(scaling, low, high, most);
      }
    }

    /** Named slots of equal width. */
    record Named(String title, List<String> names) implements Side {}
  }

  private static final double LARGEST_NAME_SHARE = 0.4;
  private static final double ASPECT = 0.62;
  private static final int MOST_TICKS = 7;
  private static final int GUIDE_PLACES = 24;

  private final Side x;
  private final Side y;
  private final double width;
  private final double height;
  private final Box area;
  private final double namesWidth;
  private final double namesHeight;

  /**
   * Settles the plot area.
   *
   * @param height of the whole frame; 0 for one that suits the width
   */
  PlotFrame(Pen pen, Side x, Side y, double width, double height) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height > 0 ? height : width * ASPECT;
    double em = pen.em();
    double titleY = y.title().isEmpty() ? 0 : 1.4 * em;
    namesWidth =
        switch (y) {
          case Side.Named(String title, List<String> names) ->
              Math.min(pen.widest(names), width * LARGEST_NAME_SHARE);
          case Side.Measured measured -> widestTick(pen, measured, MOST_TICKS);
        };
    double right = 0.3 * em;
    double left = titleY + namesWidth + 4;
    if (x instanceof Side.Measured measured) {
      double half = widestTick(pen, measured, MOST_TICKS) / 2;
      right = Math.max(right, half);
      left = Math.max(left, half);
    }
    double areaWidth = width - left - right;
    namesHeight = x instanceof Side.Named named ? nameHeight(pen, named, areaWidth) : 1.1 * em;
    double bottom = Pen.below(em) + namesHeight + (x.title().isEmpty() ? 0 : 1.5 * em);
    double top = 0.5 * em;
    double areaHeight = Math.max(this.height - top - bottom, 6 * em);
    area = new Box(left, top, areaWidth, areaHeight);
  }

  /** Where the data goes. */
  Box area() {
    return area;
  }

  Block block(Pen pen) {
    double bottom =
        area.bottom()
            + Pen.below(pen.em())
            + namesHeight
            + (x.title().isEmpty() ? 0 : 1.5 * pen.em());
    return pen.block(width, Math.max(height, bottom));
  }

  double atX(double value) {
    return area.x() + ((Side.Measured) x).fraction(value) * area.width();
  }

  double atY(double value) {
    return area.bottom() - ((Side.Measured) y).fraction(value) * area.height();
  }

  double slotWidth() {
    return area.width() / ((Side.Named) x).names().size();
  }

  double slotHeight() {
    return area.height() / ((Side.Named) y).names().size();
  }

  /** Grid lines, to be drawn before the data. */
  void drawGrid(Pen pen) {
    Stroke grid = Stroke.solid(pen.theme().grid(), 0.5);
    if (x instanceof Side.Measured) {
      for (Ticks.Tick tick : ticksX(pen)) {
        double at = atX(tick.value());
        pen.line(at, area.y(), at, area.bottom(), grid);
      }
    }
    if (y instanceof Side.Measured) {
      for (Ticks.Tick tick : ticksY(pen)) {
        double at = atY(tick.value());
        pen.line(area.x(), at, area.right(), at, grid);
      }
    }
  }

  /** Axes, ticks, labels and titles, to be drawn after the data. */
  void drawAxes(Pen pen) {
    Stroke axis = Stroke.solid(pen.theme().faintInk(), 0.6);
    pen.line(area.x(), area.y(), area.x(), area.bottom(), axis);
    pen.line(area.x(), area.bottom(), area.right(), area.bottom(), axis);
    switch (x) {
      case Side.Measured measured -> drawTicksX(pen, axis);
      case Side.Named named -> drawNamesX(pen, named);
    }
    switch (y) {
      case Side.Measured measured -> drawTicksY(pen, axis);
      case Side.Named named -> drawNamesY(pen, named);
    }
    double em = pen.em();
    if (!x.title().isEmpty()) {
      double middle = area.bottom() + Pen.below(em) + namesHeight + 0.85 * em;
      pen.label(pen.fitted(x.title(), width), titleX(pen), middle, Anchor.MIDDLE);
    }
    if (!y.title().isEmpty()) {
      String title = pen.fitted(y.title(), area.bottom());
      double half = pen.width(title) / 2;
      double middle = Math.max(area.y() + area.height() / 2, half);
      pen.upwards(
          title,
          0.55 * em,
          Math.min(middle, area.bottom() - half + 1e-6),
          Anchor.MIDDLE,
          pen.theme().ink());
    }
  }

  /** The middle of the area, or as near as the page lets a long title stand. */
  private double titleX(Pen pen) {
    double half = pen.width(pen.fitted(x.title(), width)) / 2;
    return Math.clamp(area.x() + area.width() / 2, half, Math.max(half, width - half));
  }

  /** Dashed lines at reference values; their labels go where they hide least. */
  void drawGuides(Pen pen, List<Guide> guides, boolean valuesAlongX) {
    List<Box> taken = new ArrayList<>();
    for (Mark mark : pen.marks()) {
      switch (mark) {
        case Mark.Rect rect -> taken.add(rect.bounds());
        case Mark.Polyline line -> addSegments(line, taken);
        default -> {}
      }
    }
    for (Guide guide : guides) {
      boolean upright = (guide.axis() == Guide.Axis.X) != valuesAlongX;
      double at = upright ? atX(guide.value()) : atY(guide.value());
      boolean outside =
          upright ? at < area.x() || at > area.right() : at < area.y() || at > area.bottom();
      if (!outside) {
        Stroke dashed = new Stroke(pen.theme().faintInk(), 0.7, 2.5);
        if (upright) {
          pen.line(at, area.y(), at, area.bottom(), dashed);
        } else {
          pen.line(area.x(), at, area.right(), at, dashed);
        }
        labelGuide(pen, guide.label(), at, upright, taken);
      }
    }
  }

  private static void addSegments(Mark.Polyline line, List<Box> taken) {
    for (int i = 0; i + 1 < line.x().length; i++) {
      double left = Math.min(line.x()[i], line.x()[i + 1]);
      double top = Math.min(line.y()[i], line.y()[i + 1]);
      double width = Math.abs(line.x()[i + 1] - line.x()[i]);
      taken.add(new Box(left, top, width, Math.abs(line.y()[i + 1] - line.y()[i])));
    }
  }

  /**
   * Tries places along the guide, on both sides of it; without a free one the label is left out.
   */
  private void labelGuide(Pen pen, String label, double at, boolean upright, List<Box> taken) {
    double em = pen.em();
    String text = pen.fitted(label, area.width() * 0.6);
    double length = pen.width(text);
    double along = upright ? area.height() - em : area.width() - length - 2;
    for (int step = 0; step <= GUIDE_PLACES; step++) {
      double moved = along * step / GUIDE_PLACES;
      double x = area.right() - length - 1 - moved;
      double y = area.y() + 0.7 * em + moved;
      double[][] sides =
          upright
              ? new double[][] {{at + 2, y}, {at - 2 - length, y}}
              : new double[][] {{x, at - 0.75 * em}, {x, at + 0.6 * em}};
      for (double[] place : sides) {
        Box box = Pen.labelBox(place[0], place[1], length, em);
        if (area.contains(box, 0) && taken.stream().noneMatch(other -> other.overlaps(box, 0))) {
          taken.add(box);
          pen.label(text, place[0], place[1], Anchor.START, pen.theme().faintInk());
          return;
        }
      }
    }
  }

  private List<Ticks.Tick> ticksX(Pen pen) {
    Side.Measured measured = (Side.Measured) x;
    for (int most = MOST_TICKS; most > 2; most--) {
      List<Ticks.Tick> ticks = measured.ticks(most);
      if (apart(pen, ticks)) {
        return ticks;
      }
    }
    return Ticks.separated(
        measured.ticks(2), tick -> atX(tick.value()), tick -> pen.width(tick.label()) + pen.em());
  }

  private boolean apart(Pen pen, List<Ticks.Tick> ticks) {
    for (int i = 0; i + 1 < ticks.size(); i++) {
      Ticks.Tick left = ticks.get(i);
      Ticks.Tick right = ticks.get(i + 1);
      double halves = (pen.width(left.label()) + pen.width(right.label())) / 2;
      if (atX(right.value()) - atX(left.value()) < halves + pen.em()) {
        return false;
      }
    }
    return true;
  }

  private List<Ticks.Tick> ticksY(Pen pen) {
    int most = Math.clamp((int) (area.height() / (2 * pen.em())), 2, MOST_TICKS);
    return Ticks.separated(
        ((Side.Measured) y).ticks(most), tick -> atY(tick.value()), tick -> 1.1 * pen.em());
  }

  private void drawTicksX(Pen pen, Stroke stroke) {
    for (Ticks.Tick tick : ticksX(pen)) {
      double at = atX(tick.value());
      pen.line(at, area.bottom(), at, area.bottom() + 2, stroke);
      pen.label(tick.label(), at, area.bottom() + 3 + 0.6 * pen.em(), Anchor.MIDDLE);
    }
  }

  private void drawTicksY(Pen pen, Stroke stroke) {
    for (Ticks.Tick tick : ticksY(pen)) {
      double at = atY(tick.value());
      pen.line(area.x() - 2, at, area.x(), at, stroke);
      pen.label(tick.label(), area.x() - 3.5, at, Anchor.END);
    }
  }

  private void drawNamesX(Pen pen, Side.Named named) {
    double slot = slotWidth();
    boolean turned = turned(pen, named, area.width());
    int stride = turned ? CellLabels.niceStride(Pen.LEADING * 0.9 * pen.em() / slot) : 1;
    for (int i = 0; i < named.names().size(); i += stride) {
      double middle = area.x() + (i + 0.5) * slot;
      if (turned) {
        String text = pen.fitted(named.names().get(i), namesHeight);
        pen.upwards(
            text, middle, area.bottom() + Pen.below(pen.em()), Anchor.END, pen.theme().ink());
      } else {
        pen.label(named.names().get(i), middle, area.bottom() + 3 + 0.6 * pen.em(), Anchor.MIDDLE);
      }
    }
  }

  private void drawNamesY(Pen pen, Side.Named named) {
    double slot = slotHeight();
    int stride = CellLabels.niceStride(Pen.LEADING * 0.9 * pen.em() / slot);
    for (int i = 0; i < named.names().size(); i += stride) {
      String text = pen.fitted(named.names().get(i), namesWidth);
      pen.label(text, area.x() - 3.5, area.y() + (i + 0.5) * slot, Anchor.END);
    }
  }

  private static boolean turned(Pen pen, Side.Named named, double areaWidth) {
    double slot = areaWidth / named.names().size();
    return pen.widest(named.names()) + Pen.LABEL_GAP * pen.em() > slot;
  }

  private static double nameHeight(Pen pen, Side.Named named, double areaWidth) {
    return turned(pen, named, areaWidth)
        ? Math.min(pen.widest(named.names()), areaWidth * LARGEST_NAME_SHARE)
        : 1.1 * pen.em();
  }

  private static double widestTick(Pen pen, Side.Measured side, int most) {
    double widest = 0;
    for (int count = 2; count <= most; count++) {
      for (Ticks.Tick tick : side.ticks(count)) {
        widest = Math.max(widest, pen.width(tick.label()));
      }
    }
    return widest;
  }
}
