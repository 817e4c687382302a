package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import java.util.List;
import java.util.stream.Collectors;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A result's name and note, edited in place, and in a line what it is of. */
final class NotesHeader extends VBox {
  private final ResultCommands commands;
  private final TextField name = field("result-name", "name");
  private final TextField note = field("result-note", "note");
  private final Label facts = new Label();
  private final Label warning = new Label(Words.TEXTS.get("changed"));
  private @Nullable Row row;

  NotesHeader(ResultCommands commands) {
    this.commands = commands;
    getStyleClass().add("result-heading");
    for (TextField field : List.of(name, note)) {
      field.setOnAction(event -> commit());
      field
          .focusedProperty()
          .addListener(
              (property, old, now) -> {
                if (!now) {
                  commit();
                }
              });
    }
    name.getStyleClass().add("result-name");
    HBox.setHgrow(note, Priority.ALWAYS);
    HBox fields = new HBox(name, note);
    fields.getStyleClass().add("form-row");
    facts.setId("result-facts");
    facts.getStyleClass().add("note");
    facts.setMinWidth(0);
    warning.setId("result-changed");
    warning.setWrapText(true);
    warning.setMinHeight(Region.USE_PREF_SIZE);
    warning.getStyleClass().add("form-problem");
    warning.managedProperty().bind(warning.visibleProperty());
    getChildren().setAll(fields, facts, warning);
  }

  private static TextField field(String id, String word) {
    TextField field = Icons.named(new TextField(), id, Words.TEXTS.get(word));
    field.setPromptText(Words.TEXTS.get(word + ".prompt"));
    field.setTooltip(Icons.tooltip(Words.TEXTS.get(word + ".help")));
    return field;
  }

  /** Shows another result, or the same after an edit; what was typed before is taken over. */
  void show(Row now, boolean changed) {
    commit();
    row = now;
    name.setText(now.name());
    note.setText(now.note());
    String seconds =
        Double.isNaN(now.seconds())
            ? ""
            : Words.TEXTS.get("seconds.facts", Numbers.text(now.seconds()));
    facts.setText(
        List.of(now.title(), now.model(), now.text(), now.parameters(), now.when(), seconds)
            .stream()
            .filter(fact -> !fact.isEmpty())
            .collect(Collectors.joining(" · ")));
    facts.setTooltip(Icons.tooltip(facts.getText() + "\n" + now.folder()));
    warning.setVisible(changed);
  }

  private void commit() {
    Row edited = row;
    if (edited != null
        && !(name.getText().equals(edited.name()) && note.getText().equals(edited.note()))) {
      row = null; // the edit comes back as another row
      commands.annotate(edited, name.getText(), note.getText());
      row = row == null ? edited : row;
    }
  }

  void editNote() {
    note.requestFocus();
    note.selectAll();
  }
}
