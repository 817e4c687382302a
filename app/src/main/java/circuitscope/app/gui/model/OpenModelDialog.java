package circuitscope.app.gui.model;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.LocalModel;
import circuitscope.app.session.ModelSummary;
import java.util.List;
import java.util.function.Consumer;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar.ButtonData;
import javafx.scene.control.ButtonType;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/** Asks for a model: one of this machine, or a folder or file, and says what it would need. */
public final class OpenModelDialog extends Dialog<ButtonType> {
  private static final FileDialogs.Kind GGUF =
      new FileDialogs.Kind(Texts.SHARED.get("files.gguf"), List.of("*.gguf"));
  private static final FileDialogs.Kind MASKS =
      new FileDialogs.Kind(
          Texts.SHARED.get("files.mask"), List.of("*.safetensors", "*.npz", "*.pickle"));

  private final OpenModelViewModel model;
  private final Services services;
  private final StackPane facts = new StackPane();

  public OpenModelDialog(OpenModelViewModel model, Services services, Window owner) {
    this.model = model;
    this.services = services;
    initOwner(owner);
    setTitle(Texts.SHARED.get("open.title"));
    setResizable(true);
    ButtonType open = new ButtonType(Texts.SHARED.get("open.open"), ButtonData.OK_DONE);
    getDialogPane().getButtonTypes().setAll(open, ButtonType.CANCEL);
    getDialogPane().setId("open-model");
    getDialogPane().getStyleClass().add("window-dialog");
    getDialogPane().setPrefSize(860, 560);
    Node accept = getDialogPane().lookupButton(open);
    accept.setId("open-accept");
    accept.disableProperty().bind(model.nameProperty().isEmpty());
    HBox halves = new HBox(local(), chosen());
    halves.getStyleClass().add("halves");
    getDialogPane().setContent(halves);
    model.factsProperty().addListener((property, old, now) -> show(now));
    model.deviceProperty().addListener((property, old, now) -> show(model.factsProperty().get()));
    model.dtypeProperty().addListener((property, old, now) -> show(model.factsProperty().get()));
    show(model.factsProperty().get());
  }

  /** Asks; {@code accepted} is given the view-model when the user chose to open. */
  public void ask(Consumer<OpenModelViewModel> accepted) {
    showAndWait()
        .filter(button -> button.getButtonData() == ButtonData.OK_DONE)
        .ifPresent(button -> accepted.accept(model));
  }

  private Node local() {
    ListView<LocalModel> list =
        Icons.named(new ListView<>(model.local()), "local-models", Texts.SHARED.get("open.local"));
    list.setCellFactory(view -> new LocalCell());
    list.setPlaceholder(new Label(Texts.SHARED.get("open.local.none")));
    list.getSelectionModel()
        .selectedItemProperty()
        .addListener(
            (property, old, now) -> {
              if (now != null) {
                model.nameProperty().set(now.model());
              }
            });
    VBox.setVgrow(list, Priority.ALWAYS);
    Label title = new Label(Texts.SHARED.get("open.local"));
    title.getStyleClass().add("section-title");
    VBox box = new VBox(title, list);
    box.getStyleClass().add("form");
    box.setPrefWidth(330);
    return box;
  }

  private Node chosen() {
    TextField name = Icons.named(new TextField(), "model-name", Texts.SHARED.get("model"));
    name.setPromptText(Texts.SHARED.get("open.prompt"));
    name.textProperty().bindBidirectional(model.nameProperty());
    Button folder = new Button(Texts.SHARED.get("open.folder"), Icons.of("fth-folder"));
    folder.setOnAction(
        event ->
            services
                .files()
                .folder(Texts.SHARED.get("open.folder"))
                .ifPresent(path -> model.nameProperty().set(path.toString())));
    Button gguf = new Button(Texts.SHARED.get("open.gguf"), Icons.of("fth-file"));
    gguf.setOnAction(
        event ->
            services
                .files()
                .open(Texts.SHARED.get("open.gguf"), GGUF)
                .ifPresent(path -> model.nameProperty().set(path.toString())));
    HBox browse = new HBox(folder, gguf);
    browse.getStyleClass().add("form-row");
    ComboBox<String> device = new ComboBox<>();
    device.getItems().setAll("auto", "cpu", "cuda", "cuda:0", "cuda:1");
    device.setEditable(true);
    device.valueProperty().bindBidirectional(model.deviceProperty());
    ComboBox<String> dtype = new ComboBox<>();
    dtype.getItems().setAll("fp32", "tf32", "fp16");
    dtype.valueProperty().bindBidirectional(model.dtypeProperty());
    TextField mask = new TextField();
    mask.setPromptText(Texts.SHARED.get("open.mask.prompt"));
    mask.textProperty().bindBidirectional(model.maskProperty());
    HBox.setHgrow(mask, Priority.ALWAYS);
    HBox maskRow =
        new HBox(
            mask,
            Icons.button(
                "open-mask-choose",
                "fth-folder",
                Texts.SHARED.get("form.choose"),
                () ->
                    services
                        .files()
                        .open(Texts.SHARED.get("open.mask"), MASKS)
                        .ifPresent(path -> mask.setText(path.toString()))));
    maskRow.getStyleClass().add("tight");
    TextField tokenizer = new TextField();
    tokenizer.setPromptText(Texts.SHARED.get("open.tokenizer.prompt"));
    tokenizer.textProperty().bindBidirectional(model.tokenizerProperty());
    GridPane grid = new GridPane();
    grid.getStyleClass().add("form-grid");
    row(grid, 0, "open.device", device, device);
    row(grid, 1, "open.dtype", dtype, dtype);
    row(grid, 2, "open.mask", mask, maskRow);
    row(grid, 3, "open.tokenizer", tokenizer, tokenizer);
    Label title = new Label(Texts.SHARED.get("model"));
    title.getStyleClass().add("section-title");
    VBox.setVgrow(facts, Priority.ALWAYS);
    facts.setId("model-facts");
    VBox box = new VBox(title, name, browse, grid, facts);
    box.getStyleClass().add("form");
    HBox.setHgrow(box, Priority.ALWAYS);
    return box;
  }

  private static void row(GridPane grid, int row, String text, Control control, Node shown) {
    Label label = new Label(Texts.SHARED.get(text));
    label.setMinWidth(USE_COMPUTED);
    label.setLabelFor(control);
    label.setTooltip(Icons.tooltip(Texts.SHARED.get(text + ".help")));
    Icons.named(control, text.replace('.', '-'), label.getText());
    control.setMaxWidth(Double.MAX_VALUE);
    GridPane.setHgrow(shown, Priority.ALWAYS);
    grid.addRow(row, label, shown);
  }

  private static final double USE_COMPUTED = javafx.scene.layout.Region.USE_PREF_SIZE;

  private void show(OpenModelViewModel.Facts now) {
    Node shown =
        switch (now) {
          case OpenModelViewModel.Facts.Nothing nothing -> note(Texts.SHARED.get("open.nothing"));
          case OpenModelViewModel.Facts.Reading reading -> note(Texts.SHARED.get("open.reading"));
          case OpenModelViewModel.Facts.Unreadable(var problem) ->
              new ProblemPane(problem, services.clip());
          case OpenModelViewModel.Facts.Read(ModelSummary summary, long free) ->
              facts(summary, free);
        };
    facts.getChildren().setAll(shown);
  }

  private Node facts(ModelSummary summary, long free) {
    long needed = model.neededBytes(summary);
    boolean gpu = model.deviceProperty().get().startsWith("cuda");
    String memory =
        needed == 0
            ? Texts.SHARED.get("open.memory.unknown", model.dtypeProperty().get())
            : gpu
                ? Texts.SHARED.get("open.memory.gpu", Numbers.bytes(needed))
                : Texts.SHARED.get("open.memory", Numbers.bytes(needed), Numbers.bytes(free));
    Label estimate =
        new Label(
            memory, Icons.of(!gpu && needed > free ? "fth-alert-triangle" : "fth-hard-drive"));
    estimate.setId("memory-estimate");
    estimate.getStyleClass().add(!gpu && needed > free ? "form-problem" : "card-title");
    estimate.setWrapText(true);
    Label text = new Label(summary.text());
    text.setId("model-summary");
    text.getStyleClass().add("note");
    text.setWrapText(true);
    VBox box = new VBox(estimate, new Label(shape(summary)), text);
    text.setText(Texts.SHARED.get("open.files", summary.location()));
    box.getStyleClass().addAll("form", "boxed");
    return box;
  }

  private static String shape(ModelSummary summary) {
    return Texts.SHARED.get(
        "open.shape",
        summary.family(),
        summary.layers(),
        summary.heads(),
        summary.dModel(),
        summary.vocab(),
        summary.contextLength());
  }

  private static Label note(String text) {
    Label label = new Label(text);
    label.getStyleClass().add("note");
    label.setWrapText(true);
    return label;
  }

  private static final class LocalCell extends ListCell<LocalModel> {
    @Override
    protected void updateItem(LocalModel model, boolean empty) {
      super.updateItem(model, empty);
      setText(empty || model == null ? null : model.model());
      setTooltip(empty || model == null ? null : Icons.tooltip(model.location()));
      if (empty || model == null) {
        setGraphic(null);
        return;
      }
      setText(null);
      Label name = new Label(model.model());
      name.setMinWidth(0);
      Label size = new Label(Numbers.bytes(model.bytes()));
      size.getStyleClass().add("note");
      VBox box = new VBox(name, size);
      box.setMinWidth(0);
      setGraphic(box);
      setPrefWidth(0);
    }
  }
}
