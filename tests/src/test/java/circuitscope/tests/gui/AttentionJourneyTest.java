package circuitscope.tests.gui;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.TableNode;
import circuitscope.tests.cli.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.Node;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Labeled;
import javafx.scene.control.TableRow;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import org.junit.jupiter.api.Test;

/** From the scores of heads to the attention of the best one, its effect, and files of both. */
final class AttentionJourneyTest extends WindowTest {
  private void openPage(String type) {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1);
    interact(() -> window.shell().open(type));
    until(() -> shown("run"));
  }

  private void set(String id, String text) {
    TextInputControl field = lookup("#" + id).query();
    interact(() -> field.setText(text));
  }

  @Test
  void theBestInductionHeadIsFoundLookedAtAndExported() throws Exception {
    openPage("heads");
    set("samples", "2");
    set("shuffles", "20");
    fire("run");
    until(() -> shown("table-head-scores"));
    JsonNode heads =
        Cli.run(
                "heads",
                "detect",
                "--model",
                Cli.MODEL,
                "--samples",
                "2",
                "--shuffles",
                "20",
                "--json")
            .json()
            .path("heads");
    JsonNode best = heads.path(0);
    for (JsonNode head : heads) {
      best = induction(head) > induction(best) ? head : best;
    }
    TableNode table = lookup("#table-head-scores").query();
    List<Object> first = table.getItems().getFirst(); // sorted by induction, the highest first
    assertThat(first.getFirst()).isEqualTo(best.path("head").asText());
    assertThat((double) first.get(1)).isEqualTo(induction(best));

    interact(() -> table.getSelectionModel().select(0));
    fire("show-attention");
    until(() -> shown("pattern-map"));
    assertThat(((Labeled) lookup("#pattern-title").query()).getText())
        .isEqualTo("Attention of " + best.path("head").asText());
    for (String format : List.of("SVG", "PDF")) {
      Path file = folder.resolve("pattern." + format.toLowerCase(java.util.Locale.ROOT));
      export(format, file);
      until(() -> text("said").endsWith(file.toString()));
      assertThat(Files.size(file)).isGreaterThan(1000);
    }
    assertThat(Files.readString(folder.resolve("pattern.svg"))).contains("heads pattern", "<svg");
    byte[] start = Files.readAllBytes(folder.resolve("pattern.pdf"));
    assertThat(new String(start, 0, 4, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("%PDF");
  }

  private static double induction(JsonNode head) {
    return head.path("scores").path("induction").asDouble();
  }

  /** Through the page's own button and the dialog that it opens. */
  private void export(String format, Path file) {
    dialogs.answer(file);
    Node page = requireNonNull(window.shell().currentProperty().get()).view();
    ButtonBase button =
        from(page)
            .lookup((Node node) -> "page.export-figure".equals(node.getId()))
            .queryAllAs(ButtonBase.class)
            .stream()
            .findFirst()
            .orElseThrow();
    javafx.application.Platform.runLater(button::fire); // and wait for the dialog, not for its end
    until(() -> shown("export-format"));
    ComboBox<String> formats = lookup("#export-format").query();
    interact(() -> formats.setValue(format));
    type(KeyCode.ENTER);
    until(() -> !shown("export-format"));
  }

  private String text(String id) {
    return lookup("#" + id).tryQueryAs(Labeled.class).map(Labeled::getText).orElse("");
  }

  @Test
  void headsAreDetectedSortedClickedAndAblated() throws Exception {
    openPage("heads");
    set("samples", "2");
    set("shuffles", "20");
    fire("run");
    until(() -> shown("table-head-scores"));
    TableNode table = lookup("#table-head-scores").query();
    interact(
        () -> {
          var head = table.getColumns().getFirst();
          head.setSortType(javafx.scene.control.TableColumn.SortType.DESCENDING);
          table.getSortOrder().setAll(List.of(head));
          table.sort();
        });
    assertThat(table.getItems().getFirst().getFirst()).isEqualTo("L3H7");
    TableRow<List<Object>> row = from(table).lookup(".table-row-cell").nth(2).query();
    String clicked = row.getItem().getFirst().toString();
    Node cell = from(row).lookup(".table-cell").nth(0).query();
    clickOn(cell); // the row itself may be wider than the window
    until(() -> text("chosen-head").equals(clicked));

    interact(
        () -> ((javafx.scene.control.TitledPane) lookup("#ablation").query()).setExpanded(true));
    until(() -> shown("draws"));
    set("draws", "2");
    set("sequences", "2");
    fire("ablate");
    until(() -> shown("table-head-effects"));
    JsonNode effect =
        Cli.run(
                "heads",
                "ablate",
                "--model",
                Cli.MODEL,
                "--heads",
                clicked,
                "--draws",
                "2",
                "--sequences",
                "2",
                "--json")
            .json()
            .path("effects")
            .path(0);
    TableNode effects = lookup("#table-head-effects").query();
    assertThat(effects.getItems().getFirst().getFirst()).isEqualTo(clicked);
    assertThat((double) effects.getItems().getFirst().get(2))
        .isEqualTo(effect.path("delta").path("value").asDouble());
  }
}
