package circuitscope.tests.benchmarks;

import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.fx.MatrixView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.scene.Scene;
import javafx.stage.Stage;

/**
 * Frames a second while zooming into a large attention map and out again, everything redrawn in
 * each: one JSON line. Each frame asks for the next, and the toolkit starts none before the last is
 * drawn, so that the time between frames is what a hand at the wheel sees (the toolkit's own limit
 * is 60 a second).
 *
 * <p>Arguments: TOKENS WIDTH HEIGHT FRAMES [SNAPSHOT.png]. Under Monocle: {@code
 * -Dglass.platform=Monocle -Dmonocle.platform=Headless -Dheadless.geometry=1920x1200-32
 * -Dprism.order=sw}; under Xvfb only the last.
 */
public final class ZoomBenchmark {
  private static final int WARM_UP_FRAMES = 60;
  private static final double FACTOR = 1.03;

  private final MatrixView view = new MatrixView();
  private final int frames;
  private final List<Double> millis = new ArrayList<>();
  private final List<Double> zooms = new ArrayList<>();
  private final CountDownLatch done = new CountDownLatch(1);

  private ZoomBenchmark(int frames) {
    this.frames = frames;
  }

  public static void main(String[] args) throws InterruptedException {
    int tokens = Integer.parseInt(args[0]);
    int width = Integer.parseInt(args[1]);
    int height = Integer.parseInt(args[2]);
    Heatmap map = attention(tokens);
    ZoomBenchmark benchmark = new ZoomBenchmark(Integer.parseInt(args[3]));
    Platform.startup(() -> benchmark.open(map, width, height));
    benchmark.done.await();
    if (args.length > 4) {
      Path file = Path.of(args[4]);
      CountDownLatch written = new CountDownLatch(1);
      Platform.runLater(
          () -> {
            Snapshots.write(benchmark.view, file);
            written.countDown();
          });
      written.await();
    }
    Collections.sort(benchmark.millis);
    int count = benchmark.millis.size();
    double mean = benchmark.millis.stream().mapToDouble(m -> m).average().orElse(Double.NaN);
    System.out.printf(
        Locale.ROOT,
        "{\"benchmark\": \"zoom\", \"tokens\": %d, \"view\": \"%dx%d\", \"frames\": %d,"
            + " \"frames_per_second\": %.1f, \"median_ms\": %.1f, \"p95_ms\": %.1f, \"most_ms\":"
            + " %.1f, \"largest_cell_px\": %.1f}%n",
        tokens,
        width,
        height,
        count,
        1000 / mean,
        benchmark.millis.get(count / 2),
        benchmark.millis.get(count * 95 / 100),
        benchmark.millis.getLast(),
        Collections.max(benchmark.zooms));
    Platform.exit();
  }

  private void open(Heatmap map, int width, int height) {
    view.heatmapProperty().set(map);
    Stage stage = new Stage();
    stage.setScene(new Scene(view, width, height));
    stage.show();
    new AnimationTimer() {
      private int frame;
      private long last;
      private double factor = FACTOR;

      @Override
      public void handle(long now) {
        long time = System.nanoTime();
        if (frame > WARM_UP_FRAMES) {
          millis.add((time - last) / 1e6);
          zooms.add(view.cellWidth());
        }
        last = time;
        if (frame++ == WARM_UP_FRAMES + frames) {
          stop();
          view.fit();
          done.countDown();
          return;
        }
        double before = view.cellWidth();
        view.zoom(factor);
        factor = view.cellWidth() == before ? 1 / factor : factor; // at the end: back
      }
    }.start();
  }

  /** A causal pattern with a sink, a previous-token and an induction stripe over noise. */
  static Heatmap attention(int tokens) {
    Random random = new Random(1);
    float[] weights = new float[tokens * tokens];
    for (int query = 0; query < tokens; query++) {
      double sum = 0;
      for (int key = 0; key <= query; key++) {
        boolean stripe = query - key == 1 || query - key == tokens / 2 - 1;
        double weight =
            random.nextDouble() / (query + 1) + (key == 0 ? 0.5 : 0) + (stripe ? 0.4 : 0);
        weights[query * tokens + key] = (float) weight;
        sum += weight;
      }
      for (int key = 0; key <= query; key++) {
        weights[query * tokens + key] /= (float) sum;
      }
    }
    List<String> names = IntStream.range(0, tokens).mapToObj(i -> "␣tok" + i).toList();
    return new Heatmap(
        Heading.of("attention", "Attention of one head"),
        new Matrix(tokens, tokens, weights),
        new CellAxis("query", names),
        new CellAxis("key", names),
        Colours.probability("attention probability").withScaling(Scaling.log(1e-4)),
        CellMask.ABOVE_DIAGONAL);
  }
}
