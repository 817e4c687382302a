package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Texts;
import java.util.List;
import java.util.function.Supplier;
import javafx.collections.ListChangeListener;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A field over the window in which every action is found by typing. */
final class CommandPalette extends StackPane {
  private final CommandPaletteViewModel model;
  private final TextField query =
      Icons.named(new TextField(), "palette-query", Texts.SHARED.get("palette.query"));
  private final ListView<Action> list =
      Icons.named(new ListView<>(), "palette-list", Texts.SHARED.get("palette.list"));
  private @Nullable Node before;

  CommandPalette(Supplier<List<Action>> actions) {
    this.model = new CommandPaletteViewModel(actions);
    setId("palette");
    getStyleClass().add("palette-veil");
    query.setPromptText(Texts.SHARED.get("palette.query"));
    query.textProperty().bindBidirectional(model.queryProperty());
    list.setItems(model.matches());
    list.setCellFactory(view -> new ActionCell());
    list.setPlaceholder(new Label(Texts.SHARED.get("palette.none")));
    list.setFixedCellSize(36);
    // as the list's own, and after them: they tell its selection how many there are
    model.matches().addListener((ListChangeListener<Action>) change -> first());
    list.setOnMouseClicked(event -> runChosen());
    VBox box = new VBox(query, list);
    box.getStyleClass().add("palette");
    box.setMaxSize(620, 460);
    VBox.setVgrow(list, Priority.ALWAYS);
    setAlignment(box, Pos.TOP_CENTER);
    getChildren().setAll(box);
    addEventFilter(KeyEvent.KEY_PRESSED, this::key);
    setOnMousePressed(
        event -> {
          if (event.getTarget() == this) {
            hide();
          }
        });
    setVisible(false);
  }

  private void key(KeyEvent event) {
    int last = model.matches().size() - 1;
    int index = list.getSelectionModel().getSelectedIndex();
    KeyCode code = event.getCode();
    if (code == KeyCode.ESCAPE) {
      hide();
    } else if (code == KeyCode.ENTER) {
      runChosen();
    } else if (code == KeyCode.DOWN || code == KeyCode.UP) {
      int next = Math.clamp(index + (code == KeyCode.DOWN ? 1 : -1), 0, Math.max(0, last));
      list.getSelectionModel().select(next);
      list.scrollTo(Math.max(0, next - 5));
    } else {
      return;
    }
    event.consume();
  }

  private void first() {
    if (model.matches().isEmpty()) {
      list.getSelectionModel().clearSelection();
    } else {
      list.getSelectionModel().clearAndSelect(0);
      list.scrollTo(0);
    }
  }

  /** Opens it over the window. */
  void show() {
    before = getScene() == null ? null : getScene().getFocusOwner();
    model.reset();
    setVisible(true);
    first();
    query.requestFocus();
  }

  private void hide() {
    setVisible(false);
    if (before != null) {
      before.requestFocus();
    }
  }

  private void runChosen() {
    Action action = list.getSelectionModel().getSelectedItem();
    if (action != null && action.enabled().get()) {
      hide();
      action.run().run();
    }
  }

  private static final class ActionCell extends ListCell<Action> {
    private final Label name = new Label();
    private final Label group = new Label();
    private final Label keys = new Label();
    private final HBox row;

    ActionCell() {
      Region space = new Region();
      HBox.setHgrow(space, Priority.ALWAYS);
      group.getStyleClass().add("note");
      keys.getStyleClass().add("keys");
      keys.setMinWidth(Region.USE_PREF_SIZE);
      row = new HBox(name, group, space, keys);
      row.getStyleClass().add("form-row");
      row.setAlignment(Pos.CENTER_LEFT);
      setPrefWidth(0);
    }

    @Override
    protected void updateItem(Action action, boolean empty) {
      super.updateItem(action, empty);
      if (empty || action == null) {
        setGraphic(null);
        return;
      }
      name.setText(action.text());
      name.setGraphic(Icons.of(action.icon()));
      group.setText(action.group());
      keys.setText(
          action.keys().isEmpty() ? "" : KeyCombination.valueOf(action.keys()).getDisplayText());
      keys.setVisible(!action.keys().isEmpty());
      row.setDisable(!action.enabled().get());
      setGraphic(row);
    }
  }
}
