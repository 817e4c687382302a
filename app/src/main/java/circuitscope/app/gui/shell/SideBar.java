package circuitscope.app.gui.shell;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Texts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TreeCell;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The project: models, prompts, texts, masks and results, with what can be done to each. */
final class SideBar extends VBox {
  /**
   * A line of the tree.
   *
   * @param add what the plus sign of a section does
   * @param remove what the cross of an item does
   * @param open what a double click or Enter does
   */
  private record Entry(
      String id,
      String text,
      String note,
      String icon,
      List<Runnable> add,
      List<Runnable> remove,
      List<Runnable> open) {}

  private final TreeItem<Entry> root = new TreeItem<>();

  SideBar(ShellViewModel shell, ShellActions actions) {
    setId("side-bar");
    getStyleClass().add("side-bar");
    Project project = shell.services().project();
    TreeView<Entry> tree = Icons.named(new TreeView<>(root), "project", Texts.SHARED.get("side"));
    tree.setShowRoot(false);
    tree.setCellFactory(view -> new EntryCell());
    tree.setOnKeyPressed(
        event -> {
          TreeItem<Entry> item = tree.getSelectionModel().getSelectedItem();
          if (item != null && event.getCode() == KeyCode.ENTER) {
            item.getValue().open().forEach(Runnable::run);
          } else if (item != null && event.getCode() == KeyCode.DELETE) {
            item.getValue().remove().forEach(Runnable::run);
          }
        });
    tree.setOnMouseClicked(
        event -> {
          TreeItem<Entry> item = tree.getSelectionModel().getSelectedItem();
          if (event.getClickCount() == 2 && item != null) {
            item.getValue().open().forEach(Runnable::run);
          }
        });
    VBox.setVgrow(tree, Priority.ALWAYS);
    getChildren().setAll(tree);

    section(
        "models",
        "fth-box",
        shell.services().models().open(),
        LoadedModel::name,
        model -> model.facts(),
        actions::openModel,
        model -> shell.services().models().unload(model));
    section(
        "prompts",
        "fth-message-square",
        project.prompts(),
        prompt -> prompt,
        prompt -> "",
        actions::addPrompt,
        project.prompts()::remove);
    section(
        "texts",
        "fth-file-text",
        project.texts(),
        SideBar::name,
        path -> "",
        actions::addTexts,
        project.texts()::remove);
    section(
        "masks",
        "fth-layers",
        project.masks(),
        SideBar::name,
        path -> "",
        actions::addMasks,
        project.masks()::remove);
    section(
        "results",
        "fth-archive",
        project.results(),
        SideBar::name,
        path -> "",
        actions::addResult,
        project.results()::remove);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private <T> void section(
      String id,
      String icon,
      ObservableList<T> items,
      Function<T, String> text,
      Function<T, String> note,
      Runnable add,
      Consumer<T> remove) {
    TreeItem<Entry> section =
        new TreeItem<>(
            new Entry(
                "side-" + id,
                Texts.SHARED.get("side." + id),
                "",
                icon,
                List.of(add),
                List.of(),
                List.of(add)));
    section.setExpanded(true);
    root.getChildren().add(section);
    Runnable fill =
        () -> {
          List<TreeItem<Entry>> entries = new ArrayList<>();
          for (T item : items) {
            entries.add(
                new TreeItem<>(
                    new Entry(
                        id + "-" + entries.size(),
                        text.apply(item),
                        note.apply(item),
                        "",
                        List.of(),
                        List.of(() -> remove.accept(item)),
                        List.of())));
          }
          section.getChildren().setAll(entries);
        };
    items.addListener((ListChangeListener<T>) change -> fill.run());
    fill.run();
  }

  private static final class EntryCell extends TreeCell<Entry> {
    @Override
    protected void updateItem(Entry entry, boolean empty) {
      super.updateItem(entry, empty);
      setText(null);
      if (empty || entry == null) {
        setGraphic(null);
        setId(null);
        return;
      }
      setId(entry.id());
      Label text = new Label(entry.text());
      text.setMinWidth(0);
      HBox row = new HBox(text);
      row.setAlignment(Pos.CENTER_LEFT);
      row.getStyleClass().add("side-row");
      if (!entry.icon().isEmpty()) {
        text.setGraphic(Icons.of(entry.icon()));
        text.getStyleClass().add("side-section");
      }
      if (!entry.note().isEmpty()) {
        Label note = new Label(entry.note());
        note.getStyleClass().add("note");
        note.setMinWidth(0);
        VBox both = new VBox(text, note);
        row.getChildren().setAll(both);
      }
      Region space = new Region();
      HBox.setHgrow(space, Priority.ALWAYS);
      row.getChildren().add(space);
      entry.add().forEach(add -> row.getChildren().add(button(entry, "add", "fth-plus", add)));
      entry
          .remove()
          .forEach(remove -> row.getChildren().add(button(entry, "remove", "fth-x", remove)));
      setTooltip(Icons.tooltip(entry.note().isEmpty() ? entry.text() : entry.note()));
      setGraphic(row);
      setPrefWidth(0);
    }

    private static Button button(Entry entry, String name, String icon, Runnable action) {
      Button button =
          Icons.button(
              entry.id() + "-" + name,
              icon,
              Texts.SHARED.get("side." + name, entry.text()),
              action);
      button.getStyleClass().add("side-button");
      button.setFocusTraversable(false);
      return button;
    }
  }
}
