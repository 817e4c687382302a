package circuitscope.viz.fx;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Restyling;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.layout.Marks;
import circuitscope.viz.layout.Pick;
import circuitscope.viz.palette.Theme;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Orientation;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/**
 * A figure in a window: laid out for the view's width, painted on a canvas with the geometry of its
 * files, and found again under the mouse.
 *
 * <p>The canvas is never larger than the view or {@value #LARGEST_CANVAS} pixels. A figure that is
 * higher scrolls inside the view, by wheel.
 */
public final class FigureView extends Region {
  /** Beyond this a canvas does not fit a texture. */
  public static final int LARGEST_CANVAS = 4096;

  private static final double FONT_POINTS = 7;
  private static final double POINTS_PER_MM = 72 / 25.4;
  private static final double LEAST_MM = 30;
  private static final double MOST_MM = 2000;
  private static final double SCROLL_STEP = 48;
  private static final double SCROLL_MARK = 4;

  private final ObjectProperty<@Nullable Figure> figure = new SimpleObjectProperty<>();
  private final ObjectProperty<@Nullable Palette> sequential = new SimpleObjectProperty<>();
  private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.LIGHT);
  private final DoubleProperty pixelsPerPoint = new SimpleDoubleProperty(1.7);
  private final DoubleProperty pageMillimetres = new SimpleDoubleProperty(0);
  private final DoubleProperty scroll = new SimpleDoubleProperty(0);
  private final ObjectProperty<Consumer<Optional<Pick>>> onHover =
      new SimpleObjectProperty<>(pick -> {});
  private final ObjectProperty<Consumer<Optional<Pick>>> onPick =
      new SimpleObjectProperty<>(pick -> {});

  /** The figure in the colours that are asked for. */
  private final ObservableValue<@Nullable Figure> drawn =
      Bindings.createObjectBinding(this::coloured, figure, sequential);

  private final Canvas canvas = new Canvas();

  /** What is painted. */
  private @Nullable Page page;

  /** What was laid out last, painted or only measured; whoever lays the view out asks in turn. */
  private final Deque<Page> latest = new ArrayDeque<>();

  /**
   * A figure laid out.
   *
   * @param scale pixels a point
   */
  private record Page(
      Figure figure, FigureStyle style, double scale, Marks marks, CanvasPainter painter) {}

  public FigureView() {
    getChildren().add(canvas);
    getStyleClass().add("figure-view");
    figure.addListener((value, before, after) -> scroll.set(0));
    drawn.addListener((value, before, after) -> requestLayout());
    theme.addListener((value, before, after) -> requestLayout());
    pixelsPerPoint.addListener((value, before, after) -> requestLayout());
    pageMillimetres.addListener((value, before, after) -> requestLayout());
    scroll.addListener((value, before, after) -> requestLayout());
    setOnMouseMoved(event -> onHover.get().accept(at(event)));
    setOnMouseExited(event -> onHover.get().accept(Optional.empty()));
    setOnMouseClicked(
        event -> {
          if (event.isStillSincePress()) {
            onPick.get().accept(at(event));
          }
        });
    setOnScroll(this::scrolled);
  }

  public FigureView(Figure shown) {
    this();
    figure.set(shown);
  }

  /** What is shown; null for nothing. */
  public ObjectProperty<@Nullable Figure> figureProperty() {
    return figure;
  }

  public ObjectProperty<Theme> themeProperty() {
    return theme;
  }

  /** The map of colours that are not centred on 0; null for each figure's own. */
  public ObjectProperty<@Nullable Palette> sequentialPaletteProperty() {
    return sequential;
  }

  private @Nullable Figure coloured() {
    Figure own = figure.get();
    Palette palette = sequential.get();
    return own == null || palette == null ? own : Restyling.sequential(own, palette);
  }

  /** How large a point is drawn: 1.7 makes labels of 12 pixels. */
  public DoubleProperty pixelsPerPointProperty() {
    return pixelsPerPoint;
  }

  /**
   * The page width for which the figure is laid out, enlarged to the view: how the file will look.
   * 0 for a page as wide as the view.
   */
  public DoubleProperty pageMillimetresProperty() {
    return pageMillimetres;
  }

  /** How far the figure is scrolled up, in pixels. */
  public DoubleProperty scrollProperty() {
    return scroll;
  }

  /** Told what is under the mouse whenever it moves; empty when nothing is. */
  public ObjectProperty<Consumer<Optional<Pick>>> onHoverProperty() {
    return onHover;
  }

  /** Told what was clicked. */
  public ObjectProperty<Consumer<Optional<Pick>>> onPickProperty() {
    return onPick;
  }

  /** What lies at a place of the view, in its pixels. */
  public Optional<Pick> pick(double x, double y) {
    return page == null
        ? Optional.empty()
        : page.marks().pick(x / page.scale(), (y + scroll.get()) / page.scale());
  }

  @Override
  public Orientation getContentBias() {
    return Orientation.HORIZONTAL;
  }

  @Override
  protected double computePrefWidth(double height) {
    return 480;
  }

  @Override
  protected double computePrefHeight(double width) {
    @Nullable Page laidOut = page(width < 0 ? computePrefWidth(-1) : width);
    return laidOut == null ? 0 : Math.min(LARGEST_CANVAS, Math.ceil(height(laidOut)));
  }

  @Override
  protected double computeMinHeight(double width) {
    return 0;
  }

  @Override
  protected void layoutChildren() {
    double width = Math.clamp(getWidth(), 0, LARGEST_CANVAS);
    double height = Math.clamp(getHeight(), 0, LARGEST_CANVAS);
    canvas.setWidth(width);
    canvas.setHeight(height);
    page = width < 1 || height < 1 ? null : page(width);
    GraphicsContext g = canvas.getGraphicsContext2D();
    g.clearRect(0, 0, width, height);
    if (page == null) {
      return;
    }
    scroll.set(Math.clamp(scroll.get(), 0, hidden(page, height)));
    g.setFill(FxFonts.colour(page.marks().paper()));
    g.fillRect(0, 0, width, height);
    page.painter().paint(g, page.marks(), page.scale(), 0, -Math.rint(scroll.get()));
    markScroll(g, page, width, height);
  }

  private static double height(Page page) {
    return page.marks().height() * page.scale();
  }

  private static double hidden(Page page, double viewHeight) {
    return Math.max(0, Math.ceil(height(page) - viewHeight));
  }

  /** The laid-out figure: one of the last two if nothing has changed. */
  private @Nullable Page page(double viewWidth) {
    @Nullable Figure shown = drawn.getValue();
    if (shown == null) {
      return null;
    }
    double millimetres = pageMillimetres.get();
    if (millimetres <= 0) {
      millimetres = viewWidth / pixelsPerPoint.get() / POINTS_PER_MM;
    }
    millimetres = Math.clamp(millimetres, LEAST_MM, MOST_MM);
    FigureStyle style = new FigureStyle(millimetres, theme.get(), FONT_POINTS, 300);
    double scale = viewWidth / style.widthPoints();
    for (Page one : latest) {
      if (one.figure() == shown && one.style().equals(style)) {
        return new Page(shown, style, scale, one.marks(), one.painter());
      }
    }
    Page made = new Page(shown, style, scale, Layout.of(shown, style), new CanvasPainter());
    latest.addFirst(made);
    if (latest.size() > 2) {
      latest.removeLast();
    }
    return made;
  }

  /** A thin mark at the right edge where only a part of the figure is seen. */
  private void markScroll(GraphicsContext g, Page laidOut, double width, double height) {
    double whole = height(laidOut);
    if (hidden(laidOut, height) > 0) {
      g.setFill(FxFonts.colour(theme.get().faintInk()));
      double length = Math.max(16, height * height / whole);
      double top = (height - length) * scroll.get() / hidden(laidOut, height);
      g.fillRect(width - SCROLL_MARK, top, SCROLL_MARK, length);
    }
  }

  private Optional<Pick> at(MouseEvent event) {
    return pick(event.getX(), event.getY());
  }

  private void scrolled(ScrollEvent event) {
    if (page == null || event.isControlDown() || hidden(page, canvas.getHeight()) == 0) {
      return; // what is around the view may scroll
    }
    double by = -Math.signum(event.getDeltaY()) * SCROLL_STEP;
    double to = Math.clamp(scroll.get() + by, 0, hidden(page, canvas.getHeight()));
    if (to != scroll.get()) {
      scroll.set(to);
      event.consume();
    }
  }
}
