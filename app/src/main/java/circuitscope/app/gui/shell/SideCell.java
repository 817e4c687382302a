package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Texts;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TreeCell;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** A line of the side bar: name, facts below it, and what can be done at its right end. */
final class SideCell extends TreeCell<SideEntry> {
  @Override
  protected void updateItem(SideEntry entry, boolean empty) {
    super.updateItem(entry, empty);
    setText(null);
    if (empty || entry == null) {
      setGraphic(null);
      setId(null);
      setTooltip(null);
      return;
    }
    setId(entry.id());
    setAccessibleText(entry.text() + " " + entry.note());
    Label text = new Label(entry.text());
    text.setMinWidth(0);
    VBox texts = new VBox(text);
    texts.setMinWidth(0);
    texts.setAlignment(Pos.CENTER_LEFT);
    HBox.setHgrow(texts, Priority.ALWAYS);
    if (entry.adds().isPresent()) {
      text.setGraphic(Icons.of(entry.icon()));
      text.getStyleClass().add("side-section");
    }
    if (entry.faint()) {
      text.getStyleClass().add("note");
    }
    if (!entry.note().isEmpty()) {
      Label note = new Label(entry.note());
      note.getStyleClass().add("note");
      note.setMinWidth(0);
      texts.getChildren().add(note);
    }
    HBox row = new HBox(texts);
    row.setAlignment(Pos.CENTER_LEFT);
    row.getStyleClass().add("side-row");
    entry
        .adds()
        .ifPresent(add -> row.getChildren().add(button(entry, "side.add", "fth-plus", add)));
    entry
        .removes()
        .ifPresent(
            remove -> row.getChildren().add(button(entry, entry.removeText(), "fth-x", remove)));
    setTooltip(
        Icons.tooltip(entry.note().isEmpty() ? entry.text() : entry.text() + "\n" + entry.note()));
    setGraphic(row);
    setPrefWidth(0);
  }

  private static Button button(SideEntry entry, String called, String icon, Runnable action) {
    Button button =
        Icons.button(
            entry.id() + (icon.equals("fth-plus") ? "-add" : "-remove"),
            icon,
            Texts.SHARED.get(called, entry.text()),
            action);
    button.getStyleClass().add("side-button");
    button.setFocusTraversable(false);
    button.setMinWidth(USE_PREF_SIZE);
    return button;
  }
}
