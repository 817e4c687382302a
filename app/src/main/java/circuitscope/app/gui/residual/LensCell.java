package circuitscope.app.gui.residual;

import circuitscope.probes.residual.Lens;
import javafx.geometry.Insets;
import javafx.scene.control.TableCell;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.CornerRadii;
import javafx.scene.paint.Color;

/** The most likely token of a layer at one position; the more probable, the bluer. */
final class LensCell extends TableCell<Lens.Layer, String> {
  private static final double STRONGEST = 0.6;

  private final int position;

  LensCell(int position) {
    this.position = position;
  }

  @Override
  protected void updateItem(String token, boolean empty) {
    super.updateItem(token, empty);
    Lens.Layer layer = getTableRow() == null ? null : getTableRow().getItem();
    if (empty || token == null || layer == null) {
      setText(null);
      setBackground(null);
      return;
    }
    setText(token);
    double probability = layer.topProbability()[position];
    Color colour = Color.color(0.15, 0.45, 0.9, STRONGEST * probability);
    setBackground(new Background(new BackgroundFill(colour, CornerRadii.EMPTY, new Insets(1))));
    setAccessibleText(Words.TEXTS.get("lens.cell", layer.layer(), token, 100 * probability));
  }
}
