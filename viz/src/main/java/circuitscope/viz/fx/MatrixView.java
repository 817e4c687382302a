package circuitscope.viz.fx;

import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Pick;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.concurrent.Task;
import javafx.geometry.Rectangle2D;
import javafx.scene.AccessibleRole;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/**
 * One large matrix to move about in: an attention pattern of up to 4,096 tokens squared.
 *
 * <p>Zoomed out, a pixel shows the strongest of its cells, so that sinks and stripes stay; zoomed
 * in, cells are crisp. The wheel and {@code +}/{@code -} zoom, dragging and the arrow keys move,
 * {@code 0} shows the whole. A crosshair reads out the cell under the mouse. A matrix of millions
 * of cells is readied beside the window's thread and appears a moment after it was set.
 */
public final class MatrixView extends Region {
  private static final int LARGEST_VIEW = 4096;

  /** Cells that are readied within a frame; more of them are readied beside the window's thread. */
  private static final int AT_ONCE = 1 << 20;

  private static final double BAR_GAP = 10;
  private static final double TOP = 6;

  private final ObjectProperty<@Nullable Heatmap> heatmap = new SimpleObjectProperty<>();
  private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.LIGHT);
  private final ObjectProperty<Palette> palette = new SimpleObjectProperty<>(Palette.BLUES);
  private final ObjectProperty<Scaling> scaling = new SimpleObjectProperty<>(Scaling.linear());
  private final BooleanProperty firstColumnHidden = new SimpleBooleanProperty(false);
  private final ReadOnlyObjectWrapper<Optional<Pick.Cell>> hovered =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private final ObjectProperty<Consumer<Pick.Cell>> onPick = new SimpleObjectProperty<>(c -> {});

  private final ImageView image = new ImageView();
  private final Canvas surroundings = new Canvas();
  private final Crosshair crosshair = new Crosshair();
  private CanvasPainter painter = new CanvasPainter();
  private @Nullable Shown shown;
  private boolean stale;
  private @Nullable Task<Shown> readying;
  private @Nullable PixelBuffer<IntBuffer> pixels;
  private @Nullable Marks bar;

  /** A matrix ready to be drawn: what changes with colours but not with movement. */
  private record Shown(
      Heatmap heatmap,
      ColourScale scale,
      CellPyramid pyramid,
      MatrixLabels labels,
      MatrixCamera camera) {
    static Shown of(
        Heatmap heatmap, Palette palette, Scaling scaling, Theme theme, int firstColumn) {
      ColourScale scale = MatrixColours.scale(heatmap, palette, scaling, theme, firstColumn);
      Matrix values = heatmap.values();
      return new Shown(
          heatmap,
          scale,
          new CellPyramid(values, heatmap.mask(), scale, firstColumn),
          new MatrixLabels(heatmap, theme),
          MatrixCamera.fit(values.rows(), values.columns(), 1, 1));
    }

    Shown seenBy(MatrixCamera moved) {
      return new Shown(heatmap, scale, pyramid, labels, moved);
    }
  }

  public MatrixView() {
    getStyleClass().add("matrix-view");
    setAccessibleRole(AccessibleRole.IMAGE_VIEW);
    setFocusTraversable(true);
    image.setSmooth(false);
    getChildren().addAll(surroundings, image, crosshair);
    heatmap.addListener((value, before, after) -> opened(after));
    theme.addListener((value, before, after) -> recolour());
    palette.addListener((value, before, after) -> recolour());
    scaling.addListener((value, before, after) -> recolour());
    firstColumnHidden.addListener((value, before, after) -> recolour());
    new MatrixMoves(this).install();
  }

  /** What is shown; null for nothing. Setting it takes over its palette and scaling. */
  public ObjectProperty<@Nullable Heatmap> heatmapProperty() {
    return heatmap;
  }

  public ObjectProperty<Theme> themeProperty() {
    return theme;
  }

  public ObjectProperty<Palette> paletteProperty() {
    return palette;
  }

  /** Linear, log or symlog; a diverging palette, which has no log, takes log as symlog. */
  public ObjectProperty<Scaling> scalingProperty() {
    return scaling;
  }

  /** Whether the first column is greyed, so that the colours serve what is not the sink. */
  public BooleanProperty firstColumnHiddenProperty() {
    return firstColumnHidden;
  }

  /** The cell under the mouse: of those that share its pixel, the strongest. */
  public ReadOnlyObjectProperty<Optional<Pick.Cell>> hoveredProperty() {
    return hovered.getReadOnlyProperty();
  }

  /** Told which cell was clicked. */
  public ObjectProperty<Consumer<Pick.Cell>> onPickProperty() {
    return onPick;
  }

  /** Zooms by a factor about the middle of what is seen. */
  public void zoom(double factor) {
    if (shown != null) {
      zoom(factor, shown.camera().width() / 2, shown.camera().height() / 2);
    }
  }

  /** Shows the whole matrix. */
  public void fit() {
    if (shown != null) {
      MatrixCamera now = shown.camera();
      see(MatrixCamera.fit(now.rows(), now.columns(), now.width(), now.height()));
    }
  }

  /** Pixels a column now. */
  public double cellWidth() {
    return shown == null ? 0 : shown.camera().cellWidth();
  }

  void zoom(double factor, double x, double y) {
    if (shown != null) {
      see(shown.camera().zoomed(factor, x, y));
    }
  }

  void pan(double dx, double dy) {
    if (shown != null) {
      see(shown.camera().panned(dx, dy));
    }
  }

  /** Where a place of the view lies on the picture of cells. */
  double cellsX(double x) {
    return x - image.getLayoutX();
  }

  double cellsY(double y) {
    return y - image.getLayoutY();
  }

  /** The cell at a place of the view; of those that share its pixel the strongest. */
  public Optional<Pick.Cell> pick(double x, double y) {
    if (shown == null) {
      return Optional.empty();
    }
    MatrixCamera camera = shown.camera();
    double px = Math.floor(cellsX(x));
    double py = Math.floor(cellsY(y));
    int column = (int) Math.floor(camera.column(px) + 1e-9);
    int row = (int) Math.floor(camera.row(py) + 1e-9);
    boolean outside = px < 0 || py < 0 || px >= camera.width() || py >= camera.height();
    if (outside || column >= camera.columns() || row >= camera.rows()) {
      return Optional.empty();
    }
    int endColumn = Math.max(column + 1, (int) Math.floor(camera.column(px + 1)));
    int endRow = Math.max(row + 1, (int) Math.floor(camera.row(py + 1)));
    int[] cell = shown.pyramid().strongest(row, endRow, column, endColumn);
    return Optional.of(cell(shown.heatmap(), cell[0], cell[1]));
  }

  private Pick.Cell cell(Heatmap of, int row, int column) {
    boolean hidden = of.mask().hides(row, column) || (column == 0 && firstColumnHidden.get());
    float value = hidden ? Float.NaN : of.values().at(row, column);
    return new Pick.Cell(
        of.id(),
        row,
        column,
        label(of.rows().labels(), row),
        label(of.columns().labels(), column),
        value);
  }

  private static String label(List<String> labels, int index) {
    return labels.isEmpty() ? Integer.toString(index) : index + " " + labels.get(index);
  }

  /** Points at a cell from elsewhere, as the mouse would; below 0 at none. */
  public void point(int row, int column) {
    if (shown != null) {
      MatrixCamera camera = shown.camera();
      boolean there = row >= 0 && column >= 0 && row < camera.rows() && column < camera.columns();
      hover(there ? cell(shown.heatmap(), row, column) : null);
    }
  }

  /** Moves the crosshair; empty takes it away. */
  void hover(Pick.@Nullable Cell cell) {
    hovered.set(Optional.ofNullable(cell));
    if (cell == null || shown == null) {
      crosshair.setVisible(false);
    } else {
      crosshair.show(cell, shown.camera(), theme.get());
    }
  }

  void clicked(Pick.Cell cell) {
    onPick.get().accept(cell);
  }

  private void opened(@Nullable Heatmap opened) {
    shown = null;
    hover(null);
    if (opened != null) {
      palette.set(opened.colours().palette());
      scaling.set(opened.colours().scaling());
      setAccessibleText(opened.title());
    }
    recolour();
  }

  private void recolour() {
    @Nullable Heatmap of = heatmap.get();
    if (readying != null) {
      readying.cancel();
    }
    stale = of != null && (long) of.values().rows() * of.values().columns() > AT_ONCE;
    if (of == null) {
      shown = null;
    } else if (!stale) {
      take(ready(of).get());
    }
    requestLayout(); // which readies what is stale, once for all that changed until then
  }

  private Supplier<Shown> ready(Heatmap of) {
    Palette colours = palette.get();
    Scaling scaled = scaling.get();
    Theme worn = theme.get();
    int first = firstColumnHidden.get() ? 1 : 0;
    return () -> Shown.of(of, colours, scaled, worn, first);
  }

  /** Until it is ready, the matrix stays as it was; a new one is not seen yet. */
  private void readyBeside(Heatmap of) {
    Supplier<Shown> work = ready(of);
    Task<Shown> task =
        new Task<>() {
          @Override
          protected Shown call() {
            return work.get();
          }
        };
    task.setOnSucceeded(event -> take(task.getValue()));
    readying = task;
    Thread.ofPlatform().daemon().name("matrix view").start(task);
  }

  private void take(Shown ready) {
    bar = null;
    painter = new CanvasPainter();
    shown = shown == null ? ready : ready.seenBy(shown.camera());
    requestLayout();
  }

  private void see(MatrixCamera camera) {
    if (shown != null && !camera.equals(shown.camera())) {
      shown = shown.seenBy(camera);
      hovered.get().ifPresent(this::hover);
      requestLayout();
    }
  }

  @Override
  protected double computePrefWidth(double height) {
    return 640;
  }

  @Override
  protected double computePrefHeight(double width) {
    return 600;
  }

  @Override
  protected void layoutChildren() {
    @Nullable Heatmap of = heatmap.get();
    if (stale && of != null) {
      stale = false;
      readyBeside(of);
    }
    double width = Math.clamp(Math.floor(getWidth()), 0, LARGEST_VIEW);
    double height = Math.clamp(Math.floor(getHeight()), 0, LARGEST_VIEW);
    surroundings.setWidth(width);
    surroundings.setHeight(height);
    GraphicsContext g = surroundings.getGraphicsContext2D();
    g.setFill(FxFonts.colour(theme.get().paper()));
    g.fillRect(0, 0, width, height);
    image.setVisible(shown != null);
    if (shown == null) {
      return;
    }
    MatrixLabels labels = shown.labels();
    Marks beside = bar(shown.scale(), Math.clamp(height - labels.bottom() - TOP, 60, 320));
    double room = width - labels.left() - beside.width() - 2 * BAR_GAP;
    int cellsWidth = (int) Math.max(1, room);
    int cellsHeight = (int) Math.max(1, height - TOP - labels.bottom());
    shown = shown.seenBy(shown.camera().resized(cellsWidth, cellsHeight));
    image.relocate(labels.left(), TOP);
    drawCells(shown, cellsWidth, cellsHeight);
    labels.draw(g, shown.camera(), labels.left(), TOP);
    double cellsEnd = Math.min(cellsWidth, shown.camera().x(shown.camera().columns()));
    double cellsBottom = Math.min(cellsHeight, shown.camera().y(shown.camera().rows()));
    image.setViewport( // below the last row stand the labels
        new Rectangle2D(0, 0, cellsWidth, Math.max(1, Math.rint(cellsBottom))));
    painter.paint(g, beside, 1, labels.left() + Math.rint(cellsEnd) + BAR_GAP, 0);
    crosshair.resizeRelocate(labels.left(), TOP, cellsWidth, cellsHeight);
  }

  /** The colour bar, laid out anew for other colours or another height only. */
  private Marks bar(ColourScale scale, double height) {
    double margins = 1.2 * MatrixLabels.SIZE;
    if (bar == null || Math.abs(bar.height() - height) > 1e-6) {
      var style =
          new FigureStyle(FigureStyle.SINGLE_COLUMN_MM, theme.get(), MatrixLabels.SIZE, 300);
      bar = Layout.colourBar(scale, style, height - margins);
    }
    return bar;
  }

  /** Draws into the pixels that the image shows; they are made anew for a new size only. */
  private void drawCells(Shown of, int width, int height) {
    if (pixels == null || pixels.getWidth() != width || pixels.getHeight() != height) {
      pixels =
          new PixelBuffer<>(
              width,
              height,
              IntBuffer.allocate(width * height),
              PixelFormat.getIntArgbPreInstance());
      image.setImage(new WritableImage(pixels));
    }
    pixels.updateBuffer(
        buffer -> {
          int[] target = buffer.getBuffer().array();
          of.pyramid().draw(of.camera(), target, width, height, theme.get().paper());
          return null; // all of it
        });
  }
}
