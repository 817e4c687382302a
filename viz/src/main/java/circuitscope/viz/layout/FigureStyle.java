package circuitscope.viz.layout;

import circuitscope.viz.palette.Theme;

/**
 * How large a figure is drawn and in which theme.
 *
 * @param widthMm width of the page; the height follows from the figure
 * @param fontPoints size of axis labels; titles are a little larger
 * @param dpi pixels an inch where the output has pixels
 */
public record FigureStyle(double widthMm, Theme theme, double fontPoints, int dpi) {
  /** Width of one column of a two-column paper. */
  public static final double SINGLE_COLUMN_MM = 85;

  /** Width of both columns. */
  public static final double DOUBLE_COLUMN_MM = 174;

  private static final double POINTS_PER_MM = 72 / 25.4;

  public FigureStyle {
    if (!(widthMm >= 30 && widthMm <= 2000)) {
      throw new IllegalArgumentException(
          "figure width %s mm: expected 30 to 2000; a paper's column is 85".formatted(widthMm));
    }
    if (!(fontPoints >= 4 && fontPoints <= 40)) {
      throw new IllegalArgumentException(
          "font size %s pt: expected 4 to 40; 7 is usual in papers".formatted(fontPoints));
    }
    if (dpi < 36 || dpi > 1200) {
      throw new IllegalArgumentException(
          "resolution %d dpi: expected 36 to 1200; 300 is usual in print".formatted(dpi));
    }
  }

  public static FigureStyle singleColumn() {
    return new FigureStyle(SINGLE_COLUMN_MM, Theme.LIGHT, 7, 300);
  }

  public static FigureStyle doubleColumn() {
    return new FigureStyle(DOUBLE_COLUMN_MM, Theme.LIGHT, 7, 300);
  }

  public FigureStyle withTheme(Theme newTheme) {
    return new FigureStyle(widthMm, newTheme, fontPoints, dpi);
  }

  public FigureStyle withWidth(double newWidthMm) {
    return new FigureStyle(newWidthMm, theme, fontPoints, dpi);
  }

  public FigureStyle withFont(double newFontPoints) {
    return new FigureStyle(widthMm, theme, newFontPoints, dpi);
  }

  public double widthPoints() {
    return widthMm * POINTS_PER_MM;
  }
}
