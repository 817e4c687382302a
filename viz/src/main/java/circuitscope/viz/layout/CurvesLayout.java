package circuitscope.viz.layout;

import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.layout.PlotFrame.Side;
import circuitscope.viz.palette.Categorical;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Places curves and their bands. */
final class CurvesLayout {
  private static final int BAND_ALPHA = 0x38;

  /** Series of at most so many points show them. */
  private static final int MARKED_POINTS = 16;

  private CurvesLayout() {}

  static Block place(Curves figure, FigureStyle style, double width, double height) {
    Block legend = legend(figure, style, width);
    Pen pen = new Pen(style);
    double[] x = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    double[] y = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (Curves.Series series : figure.series()) {
      include(x, series.x());
      include(y, series.y());
      Interval band = series.band();
      if (band != null) {
        include(y, band.low());
        include(y, band.high());
      }
    }
    for (Guide guide : figure.guides()) {
      include(guide.axis() == Guide.Axis.X ? x : y, new double[] {guide.value()});
    }
    PlotFrame frame =
        new PlotFrame(
            pen,
            Side.Measured.of(figure.x(), x[0], x[1], 0.015),
            Side.Measured.of(figure.y(), y[0], y[1], 0.05),
            width,
            height > 0 ? height - legend.height() : 0);
    frame.drawGrid(pen);
    for (int i = 0; i < figure.series().size(); i++) {
      Interval band = figure.series().get(i).band();
      if (band != null) {
        drawBand(pen, frame, figure.series().get(i).x(), band, colour(style, i));
      }
    }
    for (int i = 0; i < figure.series().size(); i++) {
      drawLine(pen, frame, figure, i);
    }
    frame.drawGuides(pen, figure.guides(), false);
    frame.drawAxes(pen);
    return below(legend, frame.block(pen));
  }

  static Block below(Block legend, Block plot) {
    Block moved = plot.movedBy(0, legend.height());
    List<Mark> marks = new ArrayList<>(legend.marks());
    marks.addAll(moved.marks());
    return new Block(plot.width(), legend.height() + plot.height(), marks, moved.picks());
  }

  static void include(double[] range, double[] values) {
    for (double value : values) {
      if (Double.isFinite(value)) {
        range[0] = Math.min(range[0], value);
        range[1] = Math.max(range[1], value);
      }
    }
  }

  private static int colour(FigureStyle style, int series) {
    return Categorical.colour(series, style.theme());
  }

  /** Colours repeat after {@link Categorical#SIZE}; the dashes then tell series apart. */
  private static Stroke stroke(FigureStyle style, int series) {
    int round = series / Categorical.SIZE;
    return new Stroke(colour(style, series), 1.1, 3.0 * round);
  }

  private static Block legend(Curves figure, FigureStyle style, double width) {
    List<Legend.Entry> entries = new ArrayList<>();
    Set<String> meanings = new LinkedHashSet<>();
    for (int i = 0; i < figure.series().size(); i++) {
      Curves.Series series = figure.series().get(i);
      Stroke stroke = stroke(style, i);
      if (!series.name().isEmpty()) {
        entries.add(
            new Legend.Entry(
                series.name(), (pen, left, y, w) -> pen.line(left, y, left + w, y, stroke)));
      }
      Interval band = series.band();
      if (band != null && !band.meaning().isEmpty()) {
        meanings.add(band.meaning());
      }
    }
    for (String meaning : meanings) {
      int shade = (BAND_ALPHA << 24) | (style.theme().ink() & 0xffffff);
      entries.add(
          new Legend.Entry(
              meaning,
              (pen, left, y, w) ->
                  pen.rect(new Box(left, y - 0.4 * pen.em(), w, 0.8 * pen.em()), shade)));
    }
    return Legend.of(style, entries, width);
  }

  private static void pickPoints(Pen pen, PlotFrame frame, String id, Curves.Series series) {
    for (int i = 0; i < series.x().length; i++) {
      Box at = new Box(frame.atX(series.x()[i]), frame.atY(series.y()[i]), 0, 0);
      if (frame.area().contains(at, 0)) {
        Pick point = new Pick.Point(id, series.name(), i, "", series.x()[i], series.y()[i]);
        pen.pick(new PickRegion.Spot(at, point));
      }
    }
  }

  private static void drawLine(Pen pen, PlotFrame frame, Curves figure, int index) {
    Curves.Series series = figure.series().get(index);
    double[] x = new double[series.x().length];
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = frame.atX(series.x()[i]);
      y[i] = frame.atY(series.y()[i]);
    }
    pickPoints(pen, frame, figure.id(), series);
    Stroke stroke = stroke(pen.style(), index);
    for (Clip.Points part : Clip.polyline(x, y, frame.area())) {
      pen.add(new Mark.Polyline(part.x(), part.y(), stroke));
    }
    for (int i = 0; i < x.length; i++) {
      boolean alone =
          (i == 0 || Double.isNaN(y[i - 1])) && (i == x.length - 1 || Double.isNaN(y[i + 1]));
      if ((alone || x.length <= MARKED_POINTS)
          && frame.area().contains(new Box(x[i], y[i], 0, 0), 0)) {
        Signs.draw(pen, index, x[i], y[i], 1.5, stroke.colour());
      }
    }
  }

  /** The band as one polygon for each run of points that have both ends. */
  private static void drawBand(Pen pen, PlotFrame frame, double[] x, Interval band, int colour) {
    int start = 0;
    while (start < x.length) {
      int end = start;
      while (end < x.length
          && Double.isFinite(band.low()[end])
          && Double.isFinite(band.high()[end])) {
        end++;
      }
      if (end - start >= 2) {
        drawBandRun(pen, frame, x, band, start, end, colour);
      }
      start = Math.max(end, start + 1);
    }
  }

  private static void drawBandRun(
      Pen pen, PlotFrame frame, double[] x, Interval band, int start, int end, int colour) {
    int count = end - start;
    double[] outlineX = new double[2 * count];
    double[] outlineY = new double[2 * count];
    for (int i = 0; i < count; i++) {
      outlineX[i] = frame.atX(x[start + i]);
      outlineY[i] = frame.atY(band.high()[start + i]);
      outlineX[2 * count - 1 - i] = outlineX[i];
      outlineY[2 * count - 1 - i] = frame.atY(band.low()[start + i]);
    }
    Clip.Points inside = Clip.polygon(outlineX, outlineY, frame.area());
    if (inside.x().length > 2) {
      int shade = (BAND_ALPHA << 24) | (colour & 0xffffff);
      pen.add(new Mark.Polygon(inside.x(), inside.y(), shade, null));
    }
  }
}
