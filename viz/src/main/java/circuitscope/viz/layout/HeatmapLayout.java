package circuitscope.viz.layout;

import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.ColourScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places a heat map: cells as square as its shape allows, labels, and its colour bar. */
final class HeatmapLayout {
  /** Cells are no larger than this many font sizes, or a small matrix would fill a page. */
  private static final double LARGEST_CELL = 4;

  /** Names are set smaller, down to this size in points, before any is left out. */
  private static final double SMALLEST_NAMES = 5;

  private static final double BAR_GAP = 1.0;

  /** The share of the width that must stay for cells, or the bar lies below them. */
  private static final double LEAST_BESIDE_BAR = 0.35;

  private final Heatmap figure;
  private final FigureStyle style;
  private final double width;
  private final double em;
  private final ColourScale scale;
  private final ColourBar bar;
  private final boolean sharedBar;

  private HeatmapLayout(
      Heatmap figure, FigureStyle style, double width, @Nullable ColourScale shared) {
    this.figure = figure;
    this.style = style;
    this.width = width;
    this.em = style.fontPoints();
    this.sharedBar = shared != null;
    this.scale = shared == null ? scale(figure, style) : shared;
    this.bar = new ColourBar(style, scale);
  }

  /**
   * Places the figure.
   *
   * @param shared the colours of a whole sheet, whose bar stands elsewhere; null for its own
   */
  static Block place(
      Heatmap figure, FigureStyle style, double width, @Nullable ColourScale shared) {
    return new HeatmapLayout(figure, style, width, shared).place();
  }

  private static ColourScale scale(Heatmap figure, FigureStyle style) {
    double[] extent = Cells.extent(List.of(figure.values()), figure.mask());
    return ColourScale.of(figure.colours(), style.theme(), extent[0], extent[1]);
  }

  /** Where the cells go when row labels are set in a size. */
  private record Room(Box cells, double rowWidth, boolean standingBar) {}

  private Block place() {
    double size = labelSize();
    CellLabels rows = rows(size);
    CellLabels columns = columns(size);
    Room room = room(size);
    Box cells = room.cells();
    int count = figure.values().rows() * figure.values().columns();

    Pen pen = new Pen(style);
    Cells.draw(pen, figure.values(), figure.mask(), scale, cells, count > Cells.MOST_RECTANGLES);
    pen.frame(cells);
    pen.pick(
        new PickRegion.Grid(cells, figure.values().rows(), figure.values().columns(), this::pick));
    pen.add(rows.besideRows(cells, room.rowWidth()), 0, 0);
    double columnHeight =
        columns.columnHeight(cells.width() / figure.values().columns(), width * 0.3);
    pen.add(columns.underColumns(cells, columnHeight), 0, 0);
    double bottom = titles(pen, cells, cells.bottom() + 3 + columnHeight);
    if (room.standingBar()) {
      pen.add(bar.standing(cells.height()), cells.right() + BAR_GAP * em, cells.y());
    } else if (!sharedBar) {
      Block lying = bar.lying(width);
      pen.add(lying, 0, bottom + 0.6 * em);
      bottom += 0.6 * em + lying.height();
    }
    return pen.block(width, bottom);
  }

  private Pick pick(int row, int column) {
    float value = figure.mask().hides(row, column) ? Float.NaN : figure.values().at(row, column);
    return new Pick.Cell(
        figure.id(), row, column, figure.rows().name(row), figure.columns().name(column), value);
  }

  /** The largest size in which every name has room; the style's where there is none. */
  private double labelSize() {
    boolean named = rows(em).named() || columns(em).named();
    for (double size = em; named && size >= SMALLEST_NAMES; size -= 0.25) {
      Box cells = room(size).cells();
      double cellWidth = cells.width() / figure.values().columns();
      double cellHeight = cells.height() / figure.values().rows();
      boolean rowsFit = !rows(size).named() || cellHeight >= CellLabels.LINE * size;
      boolean columnsFit = !columns(size).named() || cellWidth >= CellLabels.LINE * size;
      if (rowsFit && columnsFit) {
        return size;
      }
    }
    return em;
  }

  private Room room(double size) {
    double titleWidth = figure.rows().title().isEmpty() ? 0 : 1.5 * em;
    double rowWidth = rows(size).rowWidth(width * 0.25, size == em);
    double left = titleWidth + rowWidth + 3;
    double barWidth = sharedBar ? 0 : BAR_GAP * em + bar.standing(20 * em).width();
    Box beside = cells(left, width - left - barWidth);
    boolean standing =
        !sharedBar
            && beside.width() >= LEAST_BESIDE_BAR * width
            && bar.fitsStanding(beside.height());
    return standing
        ? new Room(beside, rowWidth, true)
        : new Room(cells(left, width - left - 0.5 * em), rowWidth, false);
  }

  private Box cells(double left, double room) {
    int rows = figure.values().rows();
    int columns = figure.values().columns();
    double cell = Math.clamp(room / columns, 0, LARGEST_CELL * em);
    double least = Math.min(rows * 1.5, 6) * em;
    double height = Math.clamp(cell * rows, least, Math.max(least, 1.25 * room));
    return new Box(left, 0.5 * em, cell * columns, height);
  }

  /** Writes the axis titles and returns where the figure then ends. */
  private double titles(Pen pen, Box cells, double bottom) {
    double end = bottom;
    if (!figure.columns().title().isEmpty()) {
      String title = pen.fitted(figure.columns().title(), width);
      double half = pen.width(title) / 2;
      double middle = Math.clamp(cells.x() + cells.width() / 2, half, Math.max(half, width - half));
      pen.label(title, middle, bottom + 0.8 * em, Anchor.MIDDLE);
      end += 1.5 * em;
    }
    if (!figure.rows().title().isEmpty()) {
      String title = pen.fitted(figure.rows().title(), bottom);
      double half = pen.width(title) / 2;
      double middle =
          Math.clamp(cells.y() + cells.height() / 2, half, Math.max(half, bottom - half));
      pen.upwards(title, 0.55 * em, middle, Anchor.MIDDLE, pen.theme().ink());
    }
    return end;
  }

  private CellLabels rows(double size) {
    return new CellLabels(figure.rows(), figure.values().rows(), style.withFont(size));
  }

  private CellLabels columns(double size) {
    return new CellLabels(figure.columns(), figure.values().columns(), style.withFont(size));
  }
}
