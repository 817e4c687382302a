package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.Numbers;
import circuitscope.tests.cli.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import javafx.scene.control.Labeled;
import javafx.scene.control.TableCell;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;

final class LensJourneyTest extends WindowTest {
  private static final String TEXT = "The cat sat on the mat";

  @Test
  void aClickedCellShowsWhatTheCommandLineFindsMostLikely() throws Exception {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && shown("open-residual"));
    fire("open-residual");
    until(() -> shown("prompt"));
    TextInputControl prompt = lookup("#prompt").query();
    interact(() -> prompt.setText(TEXT));
    fire("run");
    until(() -> shown("lens-table"));

    JsonNode expected =
        Cli.run("residual", "lens", "--model", Cli.MODEL, "--text", TEXT, "--json").json();
    clickOn(cell(2, 3));
    until(() -> text("likely-1").equals(probability(expected, 2, 2)));
    type(KeyCode.DOWN, KeyCode.RIGHT);
    until(() -> text("likely-1").equals(probability(expected, 3, 3)));
    assertThat(cell(3, 4).getText())
        .isEqualTo(expected.path("layers").path(3).path("top").path(3).asText());
  }

  /** Column 0 names the layers. */
  private TableCell<?, ?> cell(int layer, int column) {
    return lookup("#lens-table .table-cell").queryAllAs(TableCell.class).stream()
        .filter(one -> one.getIndex() == layer)
        .filter(one -> one.getTableView().getColumns().indexOf(one.getTableColumn()) == column)
        .findFirst()
        .orElseThrow();
  }

  private static String probability(JsonNode lens, int layer, int position) {
    JsonNode value = lens.path("layers").path(layer).path("top_probability").path(position);
    return Numbers.text(value.asDouble());
  }

  private String text(String id) {
    Labeled label = lookup("#" + id).query();
    return label.getText();
  }
}
