package circuitscope.app.gui.batch;

import circuitscope.app.gui.batch.Check.Mistake;
import circuitscope.app.gui.page.Icons;
import java.nio.file.Path;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.MenuButton;
import javafx.scene.control.MenuItem;
import javafx.scene.control.OverrunStyle;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** The job file: where it lies, its text, and what is wrong with it. */
final class JobPane extends VBox {
  private final BatchViewModel model;
  private final JobEditor editor;

  JobPane(BatchViewModel model) {
    this.model = model;
    this.editor = new JobEditor(model);
    Label path = new Label();
    path.textProperty()
        .bind(
            Bindings.createStringBinding(
                () ->
                    model.file().pathProperty().get() == null
                        ? Words.TEXTS.get("file.none")
                        : model.file().place().toString(),
                model.file().pathProperty()));
    path.setTextOverrun(OverrunStyle.LEADING_ELLIPSIS);
    path.setMaxWidth(Double.MAX_VALUE);
    path.setMinWidth(0);
    path.getStyleClass().add("note");
    HBox.setHgrow(path, Priority.ALWAYS);
    String latest = Words.TEXTS.get("recent");
    MenuButton recent = Icons.named(new MenuButton(latest), "recent", latest);
    recent.getStyleClass().addAll("flat", "small");
    recent.setMinWidth(MenuButton.USE_PREF_SIZE);
    recent.disableProperty().bind(Bindings.isEmpty(model.file().recent()));
    recent.setOnShowing(event -> recent.getItems().setAll(recentItems()));
    recent.getItems().setAll(recentItems());
    HBox head = new HBox(path, recent);
    head.getStyleClass().addAll("form-row", "job-head");
    Label standing = Icons.named(new Label(), "check", Words.TEXTS.get("check"));
    standing.getStyleClass().addAll("note", "job-head");
    standing.setMaxWidth(Double.MAX_VALUE);
    standing.setMinHeight(Label.USE_PREF_SIZE);
    standing.setWrapText(true);
    ListView<Mistake> mistakes =
        Icons.named(new ListView<>(), "mistakes", Words.TEXTS.get("mistakes"));
    mistakes.setCellFactory(list -> new MistakeCell());
    mistakes.setPrefHeight(130);
    mistakes.setMinHeight(80);
    mistakes.setOnMouseClicked(event -> go(mistakes));
    mistakes.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ENTER) {
            go(mistakes);
          }
        });
    getChildren().setAll(head, editor, standing, mistakes);
    VBox.setVgrow(editor, Priority.ALWAYS);
    model.checkProperty().addListener((property, old, now) -> show(now, standing, mistakes));
    show(model.checkProperty().get(), standing, mistakes);
  }

  private List<MenuItem> recentItems() {
    return model.file().recent().stream()
        .map(
            name -> {
              MenuItem item = new MenuItem(name);
              item.setMnemonicParsing(false);
              item.setOnAction(event -> model.file().open(Path.of(name)));
              return item;
            })
        .toList();
  }

  private void go(ListView<Mistake> mistakes) {
    Mistake mistake = mistakes.getSelectionModel().getSelectedItem();
    if (mistake != null) {
      editor.show(mistake);
    }
  }

  private static void show(Check check, Label standing, ListView<Mistake> mistakes) {
    List<Mistake> found =
        check instanceof Check.Invalid(List<Mistake> wrong) ? wrong : List.<Mistake>of();
    standing.setText(
        switch (check) {
          case Check.Reading reading -> Words.TEXTS.get("check.reading");
          case Check.Invalid invalid -> Words.TEXTS.get("check.invalid", found.size());
          case Check.Valid(var job, var cells) ->
              Words.TEXTS.get(
                  "check.valid", cells.size(), job.folder().toAbsolutePath().normalize());
        });
    if (!(check instanceof Check.Reading)) { // no flicker while one types
      if (!found.equals(mistakes.getItems())) { // the same mistakes keep the selection
        mistakes.getItems().setAll(found);
      }
      mistakes.setVisible(!found.isEmpty());
      mistakes.setManaged(!found.isEmpty());
    }
  }

  /** As wide as the list, on as many lines as it takes. */
  private static final class MistakeCell extends ListCell<Mistake> {
    MistakeCell() {
      setPrefWidth(0);
      setWrapText(true);
    }

    @Override
    protected void updateItem(Mistake mistake, boolean empty) {
      super.updateItem(mistake, empty);
      setText(empty || mistake == null ? null : mistake.toString());
    }
  }
}
