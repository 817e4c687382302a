package circuitscope.viz.layout;

import circuitscope.viz.figure.Table;
import circuitscope.viz.layout.Mark.Text.Anchor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Places a table: three rules, columns as wide as their cells, numbers at their points. */
final class TableLayout {
  private static final double COLUMN_GAP = 1.6;

  /** Columns move apart up to this where the page has room. */
  private static final double WIDEST_GAP = 6;

  private static final double ROW = 1.6;

  private TableLayout() {}

  static Block place(Table figure, FigureStyle style, double width) {
    Pen pen = new Pen(style);
    double em = pen.em();
    List<Column> columns = new ArrayList<>();
    for (int c = 0; c < figure.columns().size(); c++) {
      columns.add(Column.of(pen, figure, c));
    }
    double[] widths = fitted(columns, width, COLUMN_GAP * em);
    double cells = Arrays.stream(widths).sum();
    int gaps = columns.size() - 1;
    double room = gaps == 0 ? 0 : (width - cells) / gaps;
    double gap = Math.clamp(room, COLUMN_GAP * em, WIDEST_GAP * em);
    double used = cells + gaps * gap;
    Stroke heavy = Stroke.solid(pen.theme().ink(), 0.8);
    Stroke light = Stroke.solid(pen.theme().ink(), 0.4);
    pen.line(0, 0.4, used, 0.4, heavy);
    pen.line(0, ROW * em, used, ROW * em, light);
    double bottom = (1 + figure.rows().size()) * ROW * em + 0.2 * em;
    pen.line(0, bottom, used, bottom, heavy);
    double x = 0;
    double rowsHeight = figure.rows().size() * ROW * em;
    for (int c = 0; c < columns.size(); c++) {
      columns.get(c).draw(pen, x, widths[c]);
      int column = c;
      if (!figure.rows().isEmpty()) {
        pen.pick(
            new PickRegion.Grid(
                new Box(x, ROW * em + 0.1 * em, widths[c] + (c < gaps ? gap : 0), rowsHeight),
                figure.rows().size(),
                1,
                (row, only) ->
                    new Pick.Entry(figure.id(), row, column, figure.rows().get(row).get(column))));
      }
      x += widths[c] + gap;
    }
    return pen.block(width, bottom + 0.5);
  }

  /** The widths wished for; where they exceed the page, the widest columns give way. */
  private static double[] fitted(List<Column> columns, double width, double gap) {
    double room = width - (columns.size() - 1) * gap;
    double cap = columns.stream().mapToDouble(Column::width).max().orElse(0);
    double low = 0;
    double high = cap;
    if (total(columns, cap) > room) {
      for (int i = 0; i < 50; i++) {
        cap = (low + high) / 2;
        if (total(columns, cap) > room) {
          high = cap;
        } else {
          low = cap;
        }
      }
      cap = low;
    }
    double most = cap;
    return columns.stream().mapToDouble(column -> Math.min(column.width(), most)).toArray();
  }

  private static double total(List<Column> columns, double cap) {
    return columns.stream().mapToDouble(column -> Math.min(column.width(), cap)).sum();
  }

  /**
   * One column, measured.
   *
   * @param whole widest part before a decimal point; of other columns the widest cell
   * @param fraction widest part from the point on
   */
  private record Column(
      Table.Column column, List<String> cells, double whole, double fraction, double width) {

    static Column of(Pen pen, Table figure, int index) {
      Table.Column column = figure.columns().get(index);
      List<String> cells = figure.rows().stream().map(row -> row.get(index)).toList();
      double whole = 0;
      double fraction = 0;
      for (String cell : cells) {
        int point = point(column, cell);
        whole = Math.max(whole, pen.width(cell.substring(0, point)));
        fraction = Math.max(fraction, pen.width(cell.substring(point)));
      }
      double width = Math.max(whole + fraction, pen.width(column.name()));
      return new Column(column, cells, whole, fraction, width);
    }

    void draw(Pen pen, double x, double fittedWidth) {
      double em = pen.em();
      boolean left = column.align() == Table.Align.LEFT;
      double edge = left ? x : x + fittedWidth;
      Anchor anchor = left ? Anchor.START : Anchor.END;
      pen.label(pen.fitted(column.name(), fittedWidth), edge, ROW * em / 2, anchor);
      for (int row = 0; row < cells.size(); row++) {
        double middle = (row + 1.5) * ROW * em + 0.1 * em;
        String cell = cells.get(row);
        int point = point(column, cell);
        boolean aligned = column.align() == Table.Align.DECIMAL && whole + fraction <= fittedWidth;
        if (aligned) {
          double end = x + fittedWidth - fraction + pen.width(cell.substring(point));
          pen.label(cell, end, middle, Anchor.END);
        } else {
          pen.label(pen.fitted(cell, fittedWidth), edge, middle, anchor);
        }
      }
    }

    /** Where the fraction of a number begins; at the end where there is none. */
    private static int point(Table.Column column, String cell) {
      int point = column.align() == Table.Align.DECIMAL ? cell.indexOf('.') : -1;
      return point < 0 ? cell.length() : point;
    }
  }
}
