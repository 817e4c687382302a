package circuitscope.app.gui.residual;

import circuitscope.app.gui.page.Icons;
import circuitscope.probes.geometry.Trajectories;
import circuitscope.viz.palette.Categorical;
import circuitscope.viz.palette.Theme;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.canvas.Canvas;
import javafx.scene.canvas.GraphicsContext;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Region;
import javafx.scene.paint.Color;
import javafx.scene.text.Font;
import org.jspecify.annotations.Nullable;

/** Paths of tokens in three principal components, turned by dragging or with the arrow keys. */
final class PathsView extends Region {
  private static final double STEP = Math.toRadians(6);
  private static final double RADIANS_A_PIXEL = 0.01;
  private static final double MARGIN = 34;

  private final Canvas canvas = new Canvas();
  private final ObjectProperty<Rotation3d> rotation = new SimpleObjectProperty<>(Rotation3d.USUAL);
  private final ObservableValue<Theme> theme;
  private @Nullable Trajectories paths;
  private double pressedX;
  private double pressedY;

  PathsView(ObservableValue<Theme> theme) {
    this.theme = theme;
    Icons.named(this, "paths-3d", Words.TEXTS.get("paths.help"));
    setFocusTraversable(true);
    getStyleClass().add("paths-3d");
    getChildren().add(canvas);
    theme.addListener((property, old, now) -> requestLayout());
    rotation.addListener((property, old, now) -> requestLayout());
    focusedProperty().addListener((property, old, now) -> requestLayout());
    setOnMousePressed(
        event -> {
          requestFocus();
          pressedX = event.getX();
          pressedY = event.getY();
        });
    setOnMouseDragged(
        event -> {
          turn(
              (event.getX() - pressedX) * RADIANS_A_PIXEL,
              (event.getY() - pressedY) * RADIANS_A_PIXEL);
          pressedX = event.getX();
          pressedY = event.getY();
        });
    setOnKeyPressed(
        event -> {
          if (turnedBy(event.getCode())) {
            event.consume();
          }
        });
  }

  private boolean turnedBy(KeyCode key) {
    switch (key) {
      case LEFT -> turn(-STEP, 0);
      case RIGHT -> turn(STEP, 0);
      case UP -> turn(0, -STEP);
      case DOWN -> turn(0, STEP);
      case HOME -> rotation.set(Rotation3d.USUAL);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void turn(double yaw, double pitch) {
    rotation.set(rotation.get().turned(yaw, pitch));
  }

  /** How the space is seen; several views may share it. */
  ObjectProperty<Rotation3d> rotationProperty() {
    return rotation;
  }

  void show(Trajectories shown) {
    paths = shown;
    requestLayout();
  }

  @Override
  protected void layoutChildren() {
    canvas.setWidth(getWidth());
    canvas.setHeight(getHeight());
    GraphicsContext g = canvas.getGraphicsContext2D();
    g.clearRect(0, 0, getWidth(), getHeight());
    Trajectories shown = paths;
    if (shown != null && getWidth() > 2 * MARGIN && getHeight() > 2 * MARGIN) {
      new Drawing(g, shown).draw();
    }
    if (isFocused()) {
      g.setStroke(colour(theme.getValue().ink()));
      g.setGlobalAlpha(0.4);
      g.strokeRect(1.5, 1.5, getWidth() - 3, getHeight() - 3);
      g.setGlobalAlpha(1);
    }
  }

  static Color colour(int rgb) {
    return Color.rgb(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
  }

  /** One picture: axes through the middle of the means, then the paths. */
  private final class Drawing {
    private final GraphicsContext g;
    private final Trajectories shown;
    private final double[] middle = new double[3];
    private double reach;

    Drawing(GraphicsContext g, Trajectories shown) {
      this.g = g;
      this.shown = shown;
      double[] low = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
      double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
      for (double[][] path : shown.paths()) {
        for (double[] point : path) {
          for (int axis = 0; axis < 3; axis++) {
            low[axis] = Math.min(low[axis], at(point, axis));
            high[axis] = Math.max(high[axis], at(point, axis));
          }
        }
      }
      double square = 0;
      for (int axis = 0; axis < 3; axis++) {
        middle[axis] = (low[axis] + high[axis]) / 2;
        square += (high[axis] - low[axis]) * (high[axis] - low[axis]) / 4;
      }
      reach = Math.max(Math.sqrt(square), 1e-12);
    }

    void draw() {
      g.setFont(Font.font(11));
      Color ink = colour(theme.getValue().ink());
      g.setStroke(colour(theme.getValue().faintInk()));
      g.setLineWidth(1);
      g.setFill(ink);
      for (int axis = 0; axis < 3; axis++) {
        double[] from = middle.clone();
        double[] to = middle.clone();
        from[axis] -= reach;
        to[axis] += reach;
        double[] a = place(from);
        double[] b = place(to);
        g.strokeLine(a[0], a[1], b[0], b[1]);
        g.fillText("PC" + (axis + 1), b[0] + 4, b[1] - 4);
      }
      for (int token = 0; token < shown.paths().length; token++) {
        path(token, colour(Categorical.colour(token, theme.getValue())), ink);
      }
    }

    private void path(int token, Color own, Color ink) {
      double[][] path = shown.paths()[token];
      g.setStroke(own);
      g.setFill(own);
      g.setLineWidth(1.6);
      double[] before = place(path[0]);
      for (int state = 0; state < path.length; state++) {
        double[] here = place(path[state]);
        g.strokeLine(before[0], before[1], here[0], here[1]);
        double size = state == path.length - 1 ? 8 : 4;
        g.fillOval(here[0] - size / 2, here[1] - size / 2, size, size);
        before = here;
      }
      g.setFill(ink);
      g.fillText(shown.labels().get(token), before[0] + 7, before[1] + 4);
    }

    private double[] place(double[] point) {
      double[] centred = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        centred[axis] = (at(point, axis) - middle[axis]) / reach;
      }
      double[] seen = rotation.get().seen(centred);
      double scale = Math.min(getWidth(), getHeight()) / 2 - MARGIN;
      return new double[] {getWidth() / 2 + scale * seen[0], getHeight() / 2 - scale * seen[1]};
    }

    /** With two components the third is flat. */
    private double at(double[] point, int axis) {
      return axis < point.length ? point[axis] : 0;
    }
  }
}
