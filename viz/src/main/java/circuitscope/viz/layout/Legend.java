package circuitscope.viz.layout;

import circuitscope.viz.layout.Mark.Text.Anchor;
import java.util.List;

/** The key of a plot, in wrapped lines above it, where it can never hide data. */
final class Legend {
  private static final double SWATCH = 1.6;

  /** One entry: a sign, {@code SWATCH} em wide around {@code (x, y)}, and what it stands for. */
  record Entry(String name, Sign sign) {}

  /** Draws an entry's sign. */
  @FunctionalInterface
  interface Sign {
    void draw(Pen pen, double left, double middleY, double width);
  }

  private Legend() {}

  static Block of(FigureStyle style, List<Entry> entries, double width) {
    Pen pen = new Pen(style);
    double em = pen.em();
    double line = Pen.LEADING * 1.05 * em;
    double x = 0;
    double y = 0;
    for (Entry entry : entries) {
      String name = pen.fitted(entry.name(), width - (SWATCH + 0.5) * em);
      double room = (SWATCH + 0.5) * em + pen.width(name);
      if (x > 0 && x + room > width) {
        x = 0;
        y += line;
      }
      entry.sign().draw(pen, x, y + line / 2, SWATCH * em);
      pen.label(name, x + (SWATCH + 0.5) * em, y + line / 2, Anchor.START);
      x += room + 1.4 * em;
    }
    return entries.isEmpty() ? Block.empty() : pen.block(width, y + line + 0.3 * em);
  }
}
