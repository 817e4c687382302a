package circuitscope.viz.fx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.layout.Pick;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import javafx.event.Event;
import javafx.event.EventType;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.text.Text;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MatrixViewTest {
  private static final Heatmap MAP = Samples.longAttention(600);

  @Test
  void theWheelZoomsAboutTheMouseAndZeroShowsTheWholeAgain() {
    List<Double> widths =
        Toolkit.on(
            () -> {
              MatrixView view = view();
              List<Double> seen = new ArrayList<>(List.of(view.cellWidth()));
              Event.fireEvent(view, wheel(300, 400, 4)); // only signs count
              Event.fireEvent(view, wheel(300, 400, 1));
              Pick.Cell before = view.pick(300, 400).orElseThrow();
              for (int i = 0; i < 10; i++) {
                Event.fireEvent(view, wheel(300, 400, 120));
              }
              view.layout();
              Pick.Cell after = view.pick(300, 400).orElseThrow();
              assertThat(Math.abs(after.row() - before.row())).isLessThanOrEqualTo(1);
              assertThat(Math.abs(after.column() - before.column())).isLessThanOrEqualTo(1);
              seen.add(view.cellWidth());
              press(view, KeyCode.DIGIT0);
              seen.add(view.cellWidth());
              return seen;
            });

    assertThat(widths.get(1)).isCloseTo(widths.get(0) * Math.pow(1.2, 12), offset());
    assertThat(widths.get(2)).isEqualTo(widths.get(0));
  }

  @Test
  void keysZoomAndMove() {
    Toolkit.on(
        () -> {
          MatrixView view = view();
          double whole = view.cellWidth();
          press(view, KeyCode.PLUS);
          press(view, KeyCode.EQUALS);
          assertThat(view.cellWidth()).isCloseTo(whole * 2.25, offset());
          int column = view.pick(300, 300).orElseThrow().column();
          press(view, KeyCode.RIGHT);
          assertThat(view.pick(300, 300).orElseThrow().column()).isGreaterThan(column);
          press(view, KeyCode.LEFT);
          assertThat(view.pick(300, 300).orElseThrow().column()).isEqualTo(column);
          press(view, KeyCode.MINUS);
          press(view, KeyCode.MINUS);
          assertThat(view.cellWidth()).isEqualTo(whole);
          return null;
        });
  }

  @Test
  void theCrosshairReadsOutTheCellUnderTheMouseAndAClickTellsIt() {
    Toolkit.on(
        () -> {
          MatrixView view = view();
          List<Pick.Cell> clicked = new ArrayList<>();
          view.onPickProperty().set(clicked::add);
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_MOVED, 200, 500));
          Pick.Cell cell = view.hoveredProperty().get().orElseThrow();
          assertThat(cell.value()).isEqualTo(MAP.values().at(cell.row(), cell.column()));
          assertThat(cell.rowLabel()).isEqualTo(cell.row() + " tok" + cell.row());
          assertThat(((Text) view.lookup("#matrix-read-out")).getText()).isEqualTo(cell.text());
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_CLICKED, 200, 500));
          assertThat(clicked).containsExactly(cell);
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_EXITED, 0, 0));
          assertThat(view.hoveredProperty().get()).isEmpty();
          return null;
        });
  }

  @Test
  void paletteScalingThemeAndTheHiddenFirstColumnChangeThePicture() {
    Toolkit.on(
        () -> {
          MatrixView view = view();
          List<Integer> corners = new ArrayList<>(List.of(sink(view)));
          view.paletteProperty().set(Palette.VIRIDIS);
          corners.add(sink(view));
          view.scalingProperty().set(Scaling.symlog(1e-3));
          view.themeProperty().set(Theme.DARK);
          view.paletteProperty().set(Palette.RED_BLUE);
          view.scalingProperty().set(Scaling.log(1e-3)); // which a diverging palette has not
          corners.add(sink(view));
          view.firstColumnHiddenProperty().set(true);
          corners.add(sink(view));
          assertThat(corners).doesNotHaveDuplicates();
          assertThat(corners.getLast()).isEqualTo(Theme.DARK.masked());
          assertThat(view.pick(firstColumn(view), 300).orElseThrow().value()).isNaN();
          return null;
        });
  }

  @Test
  void aLargeMatrixIsReadiedBesideTheWindowAndTheLatestLookWins() {
    Heatmap large = Samples.longAttention(1100);
    MatrixView view = Toolkit.on(() -> view(large));
    assertThat(Toolkit.on(() -> view.pick(300, 300))).as("of what is not ready").isEmpty();
    await(() -> view.cellWidth() > 0);
    Toolkit.on(
        () -> {
          view.zoom(2);
          int before = Arrays.hashCode(pixels(view));
          view.paletteProperty().set(Palette.RED_BLUE);
          assertThat(Arrays.hashCode(pixels(view))).as("until the look is ready").isEqualTo(before);
          view.paletteProperty().set(Palette.VIRIDIS);
          return null;
        });
    MatrixView other = Toolkit.on(() -> view(large));
    Toolkit.on(
        () -> {
          other.paletteProperty().set(Palette.VIRIDIS);
          return pixels(other);
        });
    await(() -> other.cellWidth() > 0);
    int[] expected =
        Toolkit.on(
            () -> {
              other.zoom(2);
              return pixels(other);
            });
    await(() -> Arrays.equals(pixels(view), expected));
  }

  private static void await(Callable<Boolean> there) {
    for (int i = 0; i < 500; i++) {
      if (Toolkit.on(there)) {
        return;
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("not there after 10 s");
  }

  /** What is seen, laid out as a window would. */
  private static int[] pixels(MatrixView view) {
    view.getParent().layout();
    view.layout();
    BufferedImage seen = Toolkit.picture(view);
    return seen.getRGB(0, 0, seen.getWidth(), seen.getHeight(), null, 0, seen.getWidth());
  }

  private static MatrixView view() {
    return view(MAP);
  }

  private static MatrixView view(Heatmap map) {
    MatrixView view = new MatrixView();
    view.heatmapProperty().set(map);
    Toolkit.show(view, 900, 780);
    return view;
  }

  /** The colour of the first column half-way down. */
  private static int sink(MatrixView view) {
    view.setMinWidth(view.getMinWidth() == 1 ? 2 : 1); // marks the view as to be laid out
    view.getParent().layout();
    view.layout();
    BufferedImage seen = Toolkit.picture(view);
    return seen.getRGB(firstColumn(view), 300);
  }

  private static int firstColumn(MatrixView view) {
    int x = 0;
    while (view.pick(x, 300).isEmpty()) {
      x++;
    }
    return x;
  }

  private static void press(MatrixView view, KeyCode code) {
    Event.fireEvent(
        view, new KeyEvent(KeyEvent.KEY_PRESSED, "", "", code, false, false, false, false));
    view.layout();
  }

  private static MouseEvent mouse(EventType<MouseEvent> type, double x, double y) {
    return new MouseEvent(
        type,
        x,
        y,
        x,
        y,
        MouseButton.PRIMARY,
        1,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        false,
        true,
        null);
  }

  private static ScrollEvent wheel(double x, double y, double delta) {
    return new ScrollEvent(
        ScrollEvent.SCROLL,
        x,
        y,
        x,
        y,
        false,
        false,
        false,
        false,
        false,
        false,
        0,
        delta,
        0,
        delta,
        ScrollEvent.HorizontalTextScrollUnits.NONE,
        0,
        ScrollEvent.VerticalTextScrollUnits.NONE,
        0,
        0,
        null);
  }

  private static Offset<Double> offset() {
    return within(1e-9);
  }
}
