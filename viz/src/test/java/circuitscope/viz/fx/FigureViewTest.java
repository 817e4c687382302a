package circuitscope.viz.fx;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.viz.Samples;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.Restyling;
import circuitscope.viz.figure.Table;
import circuitscope.viz.layout.Pick;
import circuitscope.viz.palette.Theme;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javafx.event.Event;
import javafx.event.EventType;
import javafx.scene.canvas.Canvas;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FigureViewTest {
  static List<Figure> figures() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void everyKindIsPaintedInBothThemesAndTakesItsHeightFromItsWidth(Figure figure) {
    Toolkit.on(
        () -> {
          for (Theme theme : Theme.values()) {
            FigureView view = new FigureView(figure);
            view.themeProperty().set(theme);
            Toolkit.show(view, 700, view.prefHeight(700));
            BufferedImage seen = Toolkit.picture(view);
            assertThat(seen.getHeight()).isBetween(80, FigureView.LARGEST_CANVAS);
            assertThat(seen.getRGB(1, 1)).isEqualTo(theme.paper());
            assertThat(colours(seen)).hasSizeGreaterThan(20);
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("figures")
  void theReadersColourMapTakesThePlaceOfSequentialOnesAlone(Figure figure) {
    boolean sequential = Restyling.sequential(figure, Palette.CIVIDIS) != figure;
    Toolkit.on(
        () -> {
          FigureView view = new FigureView(figure);
          Toolkit.show(view, 500, view.prefHeight(500));
          Set<Integer> own = colours(Toolkit.picture(view));
          view.sequentialPaletteProperty().set(Palette.CIVIDIS);
          Toolkit.show(view, 500, view.prefHeight(500));
          Set<Integer> preferred = colours(Toolkit.picture(view));
          assertThat(preferred.equals(own)).isEqualTo(!sequential);
          assertThat(view.figureProperty().get()).isSameAs(figure);
          return null;
        });
  }

  @Test
  void theMouseFindsWhatItIsOver() {
    Toolkit.on(
        () -> {
          FigureView view = new FigureView(Samples.attribution());
          List<Optional<Pick>> hovered = new ArrayList<>();
          List<Optional<Pick>> picked = new ArrayList<>();
          view.onHoverProperty().set(hovered::add);
          view.onPickProperty().set(picked::add);
          Toolkit.show(view, 600, view.prefHeight(600));
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_MOVED, 300, 300));
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_CLICKED, 300, 300));
          Event.fireEvent(view, mouse(MouseEvent.MOUSE_MOVED, 1, 1));
          assertThat(hovered.getFirst().orElseThrow()).isInstanceOf(Pick.Cell.class);
          Pick.Cell cell = (Pick.Cell) hovered.getFirst().orElseThrow();
          assertThat(cell.value())
              .isEqualTo(Samples.attribution().values().at(cell.row(), cell.column()));
          assertThat(picked).containsExactly(hovered.getFirst());
          assertThat(hovered.getLast()).isEmpty();
          return null;
        });
  }

  @Test
  void aFigureHigherThanTheViewScrollsOnACanvasNoLargerThanTheView() {
    List<List<String>> rows = IntStream.range(0, 2000).mapToObj(i -> List.of("row " + i)).toList();
    Table table = new Table(Heading.of("long", "Long"), List.of(Table.Column.text("name")), rows);
    Toolkit.on(
        () -> {
          FigureView view = new FigureView(table);
          assertThat(view.prefHeight(500)).isEqualTo(FigureView.LARGEST_CANVAS);
          Toolkit.show(view, 500, 400);
          Canvas canvas = (Canvas) view.getChildrenUnmodifiable().getFirst();
          assertThat(canvas.getHeight()).isEqualTo(400);
          view.scrollProperty().set(1e9);
          view.layout();
          assertThat(view.pick(20, 380)).get().extracting(Pick::text).isEqualTo("row 1999");
          return null;
        });
  }

  @Test
  void aPageOfFixedWidthIsTheFilesPageEnlarged() {
    Toolkit.on(
        () -> {
          FigureView view = new FigureView(Samples.losses());
          view.pageMillimetresProperty().set(85);
          double small = view.prefHeight(400);
          assertThat(view.prefHeight(800)).isBetween(2 * small - 2, 2 * small);
          return null;
        });
  }

  private static Set<Integer> colours(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours;
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
}
