package circuitscope.app.gui.prompt;

import circuitscope.probes.predict.Prediction;
import java.util.List;
import java.util.Locale;
import javafx.geometry.HPos;
import javafx.scene.control.Label;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The tokens that a model expects at one place, with their probabilities as bars. */
final class CandidateList extends VBox {
  private static final double WIDEST = 130;

  private final Label title = new Label();
  private final GridPane grid = new GridPane();

  CandidateList(String id) {
    setId(id);
    getStyleClass().add("tight");
    setMinWidth(Region.USE_PREF_SIZE);
    title.getStyleClass().add("note");
    grid.getStyleClass().add("candidates");
    ColumnConstraints numbers = new ColumnConstraints();
    numbers.setHalignment(HPos.RIGHT);
    grid.getColumnConstraints()
        .setAll(new ColumnConstraints(), numbers, new ColumnConstraints(WIDEST));
    getChildren().setAll(title, grid);
  }

  /**
   * Shows what is expected.
   *
   * @param actual id of the token that stands there, which is marked; null for none
   */
  void show(String what, List<Prediction.Candidate> expected, @Nullable Integer actual) {
    title.setText(what);
    grid.getChildren().clear();
    StringBuilder spoken = new StringBuilder(what);
    for (int row = 0; row < expected.size(); row++) {
      Prediction.Candidate one = expected.get(row);
      boolean marked = actual != null && actual == one.id();
      Label token = new Label(one.label());
      String probability = String.format(Locale.ROOT, "%.4f", one.probability());
      Label number = new Label(probability);
      Region bar = new Region();
      bar.getStyleClass().add("candidate-bar");
      bar.setMaxWidth(Math.max(1, WIDEST * one.probability()));
      for (Region region : List.of(token, number, bar)) {
        region
            .getStyleClass()
            .addAll(marked ? List.of("candidate", "actual") : List.of("candidate"));
      }
      grid.addRow(row, token, number, bar);
      spoken.append(", ").append(one.label()).append(' ').append(probability);
    }
    setAccessibleText(spoken.toString());
  }
}
