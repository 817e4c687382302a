package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.InputFormViewModel.Kind;
import circuitscope.models.cache.EmbeddedModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.SelectionMode;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.input.KeyCode;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Controls for the tokens that a page reads. */
public final class InputForm extends VBox {
  private static final FileDialogs.Kind TEXT_FILES =
      new FileDialogs.Kind(Texts.SHARED.get("files.text"), List.of("*.txt", "*.gz", "*.*"));

  private final InputFormViewModel model;
  private final Services services;

  public InputForm(InputFormViewModel model, Services services) {
    this.model = model;
    this.services = services;
    setId("input");
    getStyleClass().add("form");
    model.kindProperty().addListener((property, old, now) -> show(now));
    show(model.kindProperty().get());
  }

  private void show(Kind kind) {
    Node fields =
        switch (kind) {
          case OWN -> note(Texts.SHARED.get("input.own.help"));
          case TEXT -> text();
          case FILES -> files();
          case IDS -> ids();
        };
    if (model.kinds().size() == 1) {
      getChildren().setAll(fields);
    } else {
      getChildren().setAll(kinds(), fields);
    }
  }

  private Node kinds() {
    ToggleGroup group = new ToggleGroup();
    HBox row = new HBox();
    row.setId("input-kinds");
    for (Kind kind : model.kinds()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      ToggleButton button = new ToggleButton(Texts.SHARED.get("input." + name));
      button.setId("input-" + name);
      button.setTooltip(Icons.tooltip(Texts.SHARED.get("input." + name + ".help")));
      button.setToggleGroup(group);
      button.setSelected(kind == model.kindProperty().get());
      button.setMaxWidth(Double.MAX_VALUE);
      HBox.setHgrow(button, Priority.ALWAYS);
      int at = model.kinds().indexOf(kind);
      button
          .getStyleClass()
          .add(
              at == 0
                  ? "left-pill"
                  : at == model.kinds().size() - 1 ? "right-pill" : "center-pill");
      button.setOnAction(
          event -> {
            model.kindProperty().set(kind);
            button.setSelected(true);
            lookup("#input-" + name).requestFocus();
          });
      row.getChildren().add(button);
    }
    return row;
  }

  private Node text() {
    TextArea area = Icons.named(new TextArea(), "prompt", Texts.SHARED.get("input.text"));
    area.setWrapText(true);
    area.setPrefRowCount(4);
    area.textProperty().bindBidirectional(model.textProperty());
    ComboBox<String> bos = Icons.named(new ComboBox<>(), "bos", Texts.SHARED.get("input.bos"));
    bos.getItems().setAll("auto", "yes", "no");
    bos.valueProperty().bindBidirectional(model.bosProperty());
    bos.setTooltip(Icons.tooltip(Texts.SHARED.get("input.bos.help")));
    Label label = new Label(Texts.SHARED.get("input.bos"));
    label.setLabelFor(bos);
    HBox row = new HBox(label, bos);
    row.getStyleClass().add("form-row");
    return group(area, row);
  }

  private Node files() {
    ListView<Path> list = Icons.named(new ListView<>(), "files", Texts.SHARED.get("input.files"));
    list.setItems(model.files());
    list.setPrefHeight(96);
    list.getSelectionModel().setSelectionMode(SelectionMode.MULTIPLE);
    list.setPlaceholder(new Label(Texts.SHARED.get("input.files.none")));
    list.setCellFactory(view -> new FileCell());
    list.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.DELETE) {
            model.files().removeAll(List.copyOf(list.getSelectionModel().getSelectedItems()));
          }
        });
    list.setOnDragOver(
        event -> {
          if (event.getDragboard().hasFiles()) {
            event.acceptTransferModes(TransferMode.COPY);
          }
        });
    list.setOnDragDropped(
        event ->
            model
                .files()
                .addAll(
                    event.getDragboard().getFiles().stream().map(file -> file.toPath()).toList()));
    Button add = new Button(Texts.SHARED.get("input.files.add"), Icons.of("fth-plus"));
    add.setId("add-files");
    add.setOnAction(
        event ->
            model
                .files()
                .addAll(
                    services.files().openSeveral(Texts.SHARED.get("input.files.add"), TEXT_FILES)));
    Button sample = new Button(Texts.SHARED.get("input.files.sample"));
    sample.setId("sample-text");
    sample.setOnAction(event -> addSample());
    HBox row = new HBox(add, sample);
    row.getStyleClass().add("form-row");
    return group(list, row);
  }

  private void addSample() {
    services
        .jobs()
        .submit(
            Texts.SHARED.get("input.files.sample"), Jobs.FILES, progress -> EmbeddedModels.text())
        .onDone(
            file -> {
              model.files().remove(file);
              model.files().add(file);
            })
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("input.files.sample"), failure)));
  }

  private Node ids() {
    TextField field = Icons.named(new TextField(), "ids", Texts.SHARED.get("input.ids"));
    field.setPromptText("FILE.safetensors:TENSOR");
    field.textProperty().bindBidirectional(model.idsProperty());
    return group(field, note(Texts.SHARED.get("input.ids.help")));
  }

  private static Node note(String text) {
    Label label = new Label(text);
    label.setWrapText(true);
    label.getStyleClass().add("note");
    return label;
  }

  private static VBox group(Node... nodes) {
    VBox box = new VBox(nodes);
    box.getStyleClass().add("form");
    return box;
  }

  /** A file by its name, its folder as a tooltip. */
  private static final class FileCell extends ListCell<Path> {
    @Override
    protected void updateItem(Path file, boolean empty) {
      super.updateItem(file, empty);
      setText(empty || file == null ? null : String.valueOf(file.getFileName()));
      setTooltip(empty || file == null ? null : Icons.tooltip(file.toString()));
    }
  }
}
