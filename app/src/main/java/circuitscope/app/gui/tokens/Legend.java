package circuitscope.app.gui.tokens;

import circuitscope.viz.palette.ColourScale;
import java.util.Locale;
import javafx.scene.control.Label;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.paint.CycleMethod;
import javafx.scene.paint.LinearGradient;
import javafx.scene.paint.Stop;

/** What the colours of chips mean: a small bar between its least and its largest value. */
public final class Legend extends HBox {
  private static final int STOPS = 9;

  private final Label low = new Label();
  private final Region bar = new Region();
  private final Label high = new Label();

  public Legend() {
    getStyleClass().addAll("pane-row", "note");
    bar.setPrefSize(110, 10);
    bar.setMinSize(110, 10);
    bar.setMaxHeight(10);
    getChildren().setAll(low, bar, high);
    setVisible(false);
  }

  /**
   * Shows a scale.
   *
   * @param unit stands after the largest value
   */
  public void show(ColourScale scale, double least, double largest, String unit) {
    Stop[] stops = new Stop[STOPS];
    for (int i = 0; i < STOPS; i++) {
      double share = i / (STOPS - 1.0);
      double value = least + share * (largest - least);
      stops[i] = new Stop(share, Swatch.of(scale.colour(value)));
    }
    bar.setBackground(
        new Background(
            new BackgroundFill(
                new LinearGradient(0, 0, 1, 0, true, CycleMethod.NO_CYCLE, stops), null, null)));
    low.setText(String.format(Locale.ROOT, "%.2g", least));
    high.setText(String.format(Locale.ROOT, "%.2g %s", largest, unit));
    setVisible(true);
  }
}
