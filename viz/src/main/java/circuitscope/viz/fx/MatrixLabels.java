package circuitscope.viz.fx;

import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.layout.Typeface;
import circuitscope.viz.palette.Theme;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.text.TextAlignment;

/** Titles and labels of the rows and columns in sight, as many as do not touch. */
final class MatrixLabels {
  /** Font size in pixels. */
  static final double SIZE = 12;

  private static final double LINE = 1.15 * SIZE;
  private static final double LARGEST = 120;
  private static final double TITLE = 1.6 * SIZE;
  private static final double GAP = 5;
  private static final int[] STRIDES = {1, 2, 5};

  private final Heatmap figure;
  private final Theme theme;
  private final double rowWidth;
  private final double columnHeight;

  MatrixLabels(Heatmap figure, Theme theme) {
    this.figure = figure;
    this.theme = theme;
    rowWidth = widest(figure.rows(), figure.values().rows());
    columnHeight =
        figure.columns().labels().isEmpty()
            ? LINE
            : widest(figure.columns(), figure.values().columns());
  }

  /** Room left of the cells. */
  double left() {
    return Math.ceil((figure.rows().title().isEmpty() ? 0 : TITLE) + rowWidth + GAP);
  }

  /** Room below the cells. */
  double bottom() {
    return Math.ceil((figure.columns().title().isEmpty() ? 0 : TITLE) + columnHeight + GAP);
  }

  /** Draws around cells whose picture begins at ({@code x}, {@code y}). */
  void draw(GraphicsContext g, MatrixCamera camera, double x, double y) {
    g.setFont(FxFonts.of(Typeface.REGULAR, SIZE));
    double right = Math.min(camera.width(), camera.x(camera.columns()));
    double bottom = Math.min(camera.height(), camera.y(camera.rows()));
    g.setFill(FxFonts.colour(theme.ink()));
    rows(g, camera, x, y, bottom);
    columns(g, camera, x, y + bottom, right);
    g.setFill(FxFonts.colour(theme.faintInk()));
    g.setTextAlign(TextAlignment.CENTER);
    String columnTitle = figure.columns().title();
    g.fillText(columnTitle, x + right / 2, y + bottom + GAP + columnHeight + 0.9 * TITLE - 3);
    g.save();
    g.translate(0.8 * SIZE, y + bottom / 2);
    g.rotate(-90);
    g.fillText(figure.rows().title(), 0, 0);
    g.restore();
    g.setTextAlign(TextAlignment.LEFT);
  }

  private void rows(GraphicsContext g, MatrixCamera camera, double x, double y, double bottom) {
    int stride = stride(LINE / camera.cellHeight());
    int first = (int) Math.ceil(camera.top() / stride) * stride;
    for (int row = first; row < camera.rows(); row += stride) {
      double middle = camera.y(row + 0.5);
      if (middle > bottom) {
        return;
      }
      String text = text(figure.rows(), row, stride);
      double start = x - GAP - Typeface.REGULAR.width(text, SIZE);
      g.fillText(text, start, y + middle + 0.36 * SIZE);
    }
  }

  /** Names stand upwards, indices lie. */
  private void columns(GraphicsContext g, MatrixCamera camera, double x, double y, double right) {
    CellAxis axis = figure.columns();
    boolean named = !axis.labels().isEmpty();
    double room = named ? LINE : Typeface.REGULAR.width("0".repeat(5), SIZE);
    int stride = stride(room / camera.cellWidth());
    int first = (int) Math.ceil(camera.left() / stride) * stride;
    for (int column = first; column < camera.columns(); column += stride) {
      double middle = camera.x(column + 0.5);
      if (middle > right) {
        return;
      }
      String text = text(axis, column, stride);
      double length = Typeface.REGULAR.width(text, SIZE);
      if (named) {
        g.save();
        g.translate(x + middle + 0.36 * SIZE, y + GAP + length);
        g.rotate(-90);
        g.fillText(text, 0, 0);
        g.restore();
      } else {
        g.fillText(text, x + middle - length / 2, y + GAP + 0.8 * SIZE);
      }
    }
  }

  /** Where names are left out, those that stay carry their index. */
  private static String text(CellAxis axis, int index, int stride) {
    String name = axis.labels().isEmpty() || stride == 1 ? "" : index + " ";
    String shown = Typeface.REGULAR.displayable(name + axis.name(index));
    return Typeface.REGULAR.elided(shown, SIZE, LARGEST);
  }

  private static double widest(CellAxis axis, int count) {
    double widest = 0;
    for (int i = 0; i < count && widest < LARGEST; i++) {
      widest = Math.max(widest, Typeface.REGULAR.width(text(axis, i, 2), SIZE));
    }
    return Math.min(widest, LARGEST);
  }

  private static int stride(double least) {
    for (int power = 1; ; power *= 10) {
      for (int factor : STRIDES) {
        if (factor * power >= least - 1e-9) {
          return factor * power;
        }
      }
    }
  }
}
