package circuitscope.viz.fx;

import circuitscope.viz.layout.Pick;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import org.jspecify.annotations.Nullable;

/** Mouse and keys of a matrix view. */
final class MatrixMoves {
  /** Wheels differ in how far they say they turned, so that only the direction counts. */
  private static final double WHEEL_FACTOR = 1.2;

  private static final double KEY_FACTOR = 1.5;
  private static final double KEY_PIXELS = 48;

  private final MatrixView view;
  private double lastX;
  private double lastY;

  MatrixMoves(MatrixView view) {
    this.view = view;
  }

  void install() {
    view.setOnMouseMoved(event -> view.hover(cell(event)));
    view.setOnMouseExited(event -> view.hover(null));
    view.setOnMousePressed(
        event -> {
          view.requestFocus();
          lastX = event.getX();
          lastY = event.getY();
        });
    view.setOnMouseDragged(this::dragged);
    view.setOnMouseClicked(this::clicked);
    view.setOnScroll(this::scrolled);
    view.setOnKeyPressed(this::pressed);
  }

  private Pick.@Nullable Cell cell(MouseEvent event) {
    return view.pick(event.getX(), event.getY()).orElse(null);
  }

  private void dragged(MouseEvent event) {
    view.pan(event.getX() - lastX, event.getY() - lastY);
    lastX = event.getX();
    lastY = event.getY();
    view.hover(cell(event));
  }

  private void clicked(MouseEvent event) {
    if (event.getButton() == MouseButton.PRIMARY && event.isStillSincePress()) {
      view.pick(event.getX(), event.getY()).ifPresent(view::clicked);
    }
  }

  private void scrolled(ScrollEvent event) {
    if (event.getDeltaY() != 0) {
      double factor = event.getDeltaY() > 0 ? WHEEL_FACTOR : 1 / WHEEL_FACTOR;
      view.zoom(factor, view.cellsX(event.getX()), view.cellsY(event.getY()));
      view.hover(view.pick(event.getX(), event.getY()).orElse(null));
      event.consume();
    }
  }

  private void pressed(KeyEvent event) {
    switch (event.getCode()) {
      case PLUS, ADD, EQUALS -> view.zoom(KEY_FACTOR);
      case MINUS, SUBTRACT -> view.zoom(1 / KEY_FACTOR);
      case DIGIT0, NUMPAD0, HOME -> view.fit();
      case LEFT, KP_LEFT -> view.pan(KEY_PIXELS, 0);
      case RIGHT, KP_RIGHT -> view.pan(-KEY_PIXELS, 0);
      case UP, KP_UP -> view.pan(0, KEY_PIXELS);
      case DOWN, KP_DOWN -> view.pan(0, -KEY_PIXELS);
      default -> {
        return;
      }
    }
    event.consume();
  }
}
