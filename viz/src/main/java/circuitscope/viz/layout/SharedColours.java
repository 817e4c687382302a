package circuitscope.viz.layout;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.palette.ColourScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one colour scale of a sheet whose panels all measure the same. */
final class SharedColours {
  /** A panel's colours and the extent of its values. */
  private record Coloured(Colours colours, double low, double high) {
    Coloured(Colours colours, double[] extent) {
      this(colours, extent[0], extent[1]);
    }
  }

  private SharedColours() {}

  /**
   * The scale over the values of every panel, if at least two panels are coloured and all of them
   * by the same palette, scaling, range and label; else null.
   */
  static @Nullable ColourScale of(Sheet sheet, FigureStyle style) {
    List<Coloured> coloured =
        sheet.panels().stream().flatMap(panel -> coloured(panel).stream()).toList();
    if (coloured.size() < 2 || coloured.stream().map(Coloured::colours).distinct().count() > 1) {
      return null;
    }
    double low = coloured.stream().mapToDouble(Coloured::low).min().orElse(0);
    double high = coloured.stream().mapToDouble(Coloured::high).max().orElse(0);
    return ColourScale.of(coloured.getFirst().colours(), style.theme(), low, high);
  }

  private static List<Coloured> coloured(Figure panel) {
    return switch (panel) {
      case Heatmap map ->
          List.of(new Coloured(map.colours(), Cells.extent(List.of(map.values()), map.mask())));
      case HeadGrid grid ->
          List.of(new Coloured(grid.colours(), Cells.extent(grid.patterns(), grid.mask())));
      case TokenStrip strip ->
          List.of(new Coloured(strip.colours(), TokenStripLayout.extent(strip.values())));
      case Arcs arcs -> List.of(new Coloured(arcs.colours(), ArcsLayout.extent(arcs)));
      default -> List.of();
    };
  }
}
