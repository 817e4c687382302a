package circuitscope.app.gui.page;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Restyling;
import circuitscope.viz.fx.FigureView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Figures in the theme of the window and in the colour map that the user prefers. */
public final class PreferredColours {
  private PreferredColours() {}

  /** Keeps a view in step with the theme and the preferred colour map. */
  public static void follow(FigureView view, Services services) {
    view.themeProperty().bind(services.theme());
    view.sequentialPaletteProperty()
        .bind(services.settings().paletteProperty().map(PreferredColours::palette));
  }

  /** A figure as it is shown. */
  public static Figure of(Figure figure, Services services) {
    Palette preferred = palette(services.settings().paletteProperty().get());
    return preferred == null ? figure : Restyling.sequential(figure, preferred);
  }

  /** The map of this name; null for each figure's own, also where a name is no longer known. */
  private static @Nullable Palette palette(String name) {
    return Arrays.stream(Palette.values())
        .filter(one -> one.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }
}
