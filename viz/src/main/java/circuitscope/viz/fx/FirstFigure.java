package circuitscope.viz.fx;

import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.layout.Layout;
import circuitscope.viz.palette.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javafx.animation.AnimationTimer;
import javafx.scene.canvas.Canvas;

/**
 * What the first figure of a process waits for: fonts to be read, classes of the layout and of the
 * renderer to be loaded. Together they take some 0.3 s, which no frame should.
 */
public final class FirstFigure {
  private static final double[] X = {1, 2, 4};
  private static final double[] Y = {0.1, 0.01, 0.5};

  private FirstFigure() {}

  /** Draws small figures that nobody sees, one a frame; called on the window's thread. */
  public static void prepare() {
    CompletableFuture<List<Canvas>> drawn =
        CompletableFuture.supplyAsync(FirstFigure::draw)
            .exceptionally(failed -> List.of()); // the first real figure will say what is wrong
    new AnimationTimer() {
      private int rendered;

      @Override
      public void handle(long now) {
        List<Canvas> ready = drawn.getNow(null);
        if (ready != null && rendered == ready.size()) {
          stop();
        } else if (ready != null) {
          ready.get(rendered++).snapshot(result -> null, null, null);
        }
      }
    }.start();
  }

  private static List<Canvas> draw() {
    PlotAxis log = PlotAxis.log("y", 1e-3);
    Heading heading = new Heading("first", "first", "");
    Curves.Series series = new Curves.Series("y", X, Y, new Interval(Y, Y, ""));
    List<Guide> guides = List.of(Guide.atY(0.1, "guide"));
    List<Figure> figures =
        List.of(
            new Curves(heading, PlotAxis.linear("x"), log, List.of(series), guides),
            new Scatter(
                heading,
                PlotAxis.linear("x"),
                log,
                List.of(new Scatter.Group("y", X, Y, List.of("a", "b", "c")))));
    List<Canvas> drawn = new ArrayList<>();
    for (Figure figure : figures) {
      Canvas canvas = new Canvas(300, 200);
      new CanvasPainter()
          .paint(
              canvas.getGraphicsContext2D(),
              Layout.of(figure, new FigureStyle(60, Theme.LIGHT, 7, 300)),
              1.7,
              0,
              0);
      drawn.add(canvas);
    }
    return drawn;
  }
}
