package circuitscope.viz.layout;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.figure.Waterfall;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.ColourScale;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Figures to pages of marks.
 *
 * <p>What holds for every figure at every width: all marks lie inside the page and no two texts
 * overlap. Labels that would are thinned or cut with an ellipsis; the data file has all of them.
 */
public final class Layout {
  private static final double MARGIN = 0.7;
  private static final double PANEL_GAP = 2.4;

  private final FigureStyle style;

  /** The colours that every panel of a sheet takes; null where each has its own. */
  private final @Nullable ColourScale shared;

  private Layout(FigureStyle style, @Nullable ColourScale shared) {
    this.style = style;
    this.shared = shared;
  }

  /** Places every mark of a figure on a page of the style's width. */
  public static Marks of(Figure figure, FigureStyle style) {
    double margin = MARGIN * style.fontPoints();
    double width = style.widthPoints() - 2 * margin;
    Block block = new Layout(style, null).titled(figure, width, "", 0);
    Block placed = block.movedBy(margin, margin);
    return new Marks(
        style.widthPoints(),
        block.height() + 2 * margin,
        style.theme().paper(),
        placed.marks(),
        placed.picks());
  }

  /** The colour bar of a scale by itself, standing {@code height} points high. */
  public static Marks colourBar(ColourScale scale, FigureStyle style, double height) {
    Block bar = new ColourBar(style, scale).standing(height);
    double margin = 0.6 * style.fontPoints(); // half of a tick's label stands out at each end
    Block placed = bar.movedBy(0, margin);
    return new Marks(
        bar.width(),
        bar.height() + 2 * margin,
        style.theme().paper(),
        placed.marks(),
        placed.picks());
  }

  /**
   * A figure under its title.
   *
   * @param letter set before the title in bold; empty for none
   * @param height that plots fill; 0 for what suits the width
   */
  private Block titled(Figure figure, double width, String letter, double height) {
    Pen pen = new Pen(style);
    double size = Pen.titleSize(style);
    double letterSize = 1.3 * style.fontPoints();
    double indent =
        letter.isEmpty() ? 0 : Typeface.BOLD.width(letter, letterSize) + 0.6 * style.fontPoints();
    double baseline = Typeface.ASCENT * (letter.isEmpty() ? size : letterSize);
    pen.text(letter, Typeface.BOLD, letterSize, 0, baseline, Anchor.START, pen.theme().ink());
    double y = letter.isEmpty() && figure.title().isEmpty() ? 0 : baseline;
    List<String> lines =
        Pen.wrapped(figure.title(), Typeface.REGULAR, size, Math.max(width - indent, size));
    for (int i = 0; i < lines.size(); i++) {
      y = baseline + i * Pen.LEADING * size;
      pen.text(lines.get(i), Typeface.REGULAR, size, indent, y, Anchor.START, pen.theme().ink());
    }
    y += y == 0 ? 0 : (figure instanceof Sheet ? 1.8 : 0.9) * style.fontPoints();
    Block body = body(figure, width, height > 0 ? height - y : 0);
    pen.add(body, 0, y);
    return pen.block(width, y + body.height());
  }

  private Block body(Figure figure, double width, double height) {
    return switch (figure) {
      case Heatmap heatmap -> HeatmapLayout.place(heatmap, style, width, shared);
      case Curves curves -> CurvesLayout.place(curves, style, width, height);
      case Bars bars -> BarsLayout.place(bars, style, width, height);
      case Scatter scatter -> ScatterLayout.place(scatter, style, width, height);
      case TokenStrip strip -> TokenStripLayout.place(strip, style, width, shared);
      case HeadGrid grid -> HeadGridLayout.place(grid, style, width, shared);
      case Table table -> TableLayout.place(table, style, width);
      case Waterfall waterfall -> WaterfallLayout.place(waterfall, style, width, height);
      case CircuitGraph graph -> CircuitGraphLayout.place(graph, style, width);
      case Arcs arcs -> ArcsLayout.place(arcs, style, width, shared);
      case Sheet sheet -> new Layout(style, SharedColours.of(sheet, style)).sheet(sheet, width);
    };
  }

  /**
   * Panels in rows; the plots of a row are made as high as its highest panel. Where all coloured
   * panels have the same colours, one bar below serves them all.
   */
  private Block sheet(Sheet sheet, double width) {
    Pen pen = new Pen(style);
    double gap = PANEL_GAP * style.fontPoints();
    int columns = Math.min(sheet.columns(), sheet.panels().size());
    double panelWidth = (width - (columns - 1) * gap) / columns;
    double y = 0;
    for (int start = 0; start < sheet.panels().size(); start += columns) {
      List<Figure> row =
          sheet.panels().subList(start, Math.min(start + columns, sheet.panels().size()));
      double height = 0;
      for (int i = 0; i < row.size(); i++) {
        Block natural = titled(row.get(i), panelWidth, letter(start + i), 0);
        height = Math.max(height, natural.height());
      }
      List<Block> panels = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        panels.add(titled(row.get(i), panelWidth, letter(start + i), height));
      }
      for (int i = 0; i < panels.size(); i++) {
        pen.add(panels.get(i), i * (panelWidth + gap), y);
      }
      y += panels.stream().mapToDouble(Block::height).max().orElse(0) + gap;
    }
    y -= gap;
    if (shared != null) {
      Block bar = new ColourBar(style, shared).lying(width);
      y += 0.5 * gap;
      pen.add(bar, 0, y);
      y += bar.height();
    }
    return pen.block(width, y);
  }

  private static String letter(int panel) {
    return String.valueOf((char) ('a' + panel));
  }
}
