package circuitscope.viz.fx;

import circuitscope.viz.layout.Pick;
import circuitscope.viz.layout.Typeface;
import circuitscope.viz.palette.Theme;
import javafx.geometry.VPos;
import javafx.scene.Group;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Line;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;

/** Lines through one cell of a matrix and what it holds, over the picture of the cells. */
final class Crosshair extends Pane {
  private static final double PADDING = 5;
  private static final double AWAY = 12;

  private final Line across = new Line();
  private final Line down = new Line();
  private final Rectangle cell = new Rectangle();
  private final Rectangle plate = new Rectangle();
  private final Text words = new Text();

  Crosshair() {
    setMouseTransparent(true);
    setVisible(false);
    setManaged(false);
    words.setTextOrigin(VPos.TOP);
    words.setId("matrix-read-out");
    plate.setArcWidth(6);
    plate.setArcHeight(6);
    cell.setFill(null);
    getChildren().add(new Group(across, down, cell, plate, words));
    Rectangle clip = new Rectangle();
    clip.widthProperty().bind(widthProperty());
    clip.heightProperty().bind(heightProperty());
    setClip(clip);
  }

  /** Marks a cell where a camera sees it. */
  void show(Pick.Cell marked, MatrixCamera camera, Theme theme) {
    double left = camera.x(marked.column());
    double top = camera.y(marked.row());
    double x = left + camera.cellWidth() / 2;
    double y = top + camera.cellHeight() / 2;
    place(across, 0, y, camera.width(), y, theme);
    place(down, x, 0, x, camera.height(), theme);
    cell.setVisible(camera.cellWidth() > 3);
    cell.setX(left);
    cell.setY(top);
    cell.setWidth(camera.cellWidth());
    cell.setHeight(camera.cellHeight());
    cell.setStroke(FxFonts.colour(theme.ink()));
    words.setFont(FxFonts.of(Typeface.REGULAR, MatrixLabels.SIZE));
    words.setText(Typeface.REGULAR.displayable(marked.text()));
    words.setFill(FxFonts.colour(theme.ink()));
    plate.setFill(FxFonts.colour(theme.paper() & 0xe8ffffff));
    plate.setStroke(FxFonts.colour(theme.faintInk()));
    double width = words.getLayoutBounds().getWidth() + 2 * PADDING;
    double height = words.getLayoutBounds().getHeight() + 2 * PADDING;
    double plateX = x + AWAY + width <= camera.width() ? x + AWAY : x - AWAY - width;
    double plateY = y + AWAY + height <= camera.height() ? y + AWAY : y - AWAY - height;
    plate.setX(Math.max(0, plateX));
    plate.setY(Math.max(0, plateY));
    plate.setWidth(width);
    plate.setHeight(height);
    words.setX(plate.getX() + PADDING);
    words.setY(plate.getY() + PADDING);
    setVisible(true);
  }

  private static void place(Line line, double x1, double y1, double x2, double y2, Theme theme) {
    line.setStartX(x1);
    line.setStartY(y1);
    line.setEndX(x2);
    line.setEndY(y2);
    line.setStroke(FxFonts.colour(theme.faintInk()));
    line.setOpacity(0.7);
  }
}
