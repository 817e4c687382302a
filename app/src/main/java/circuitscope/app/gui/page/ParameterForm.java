package circuitscope.app.gui.page;

import circuitscope.app.gui.page.ParameterFormViewModel.Field;
import circuitscope.probes.analysis.Parameter;
import java.nio.file.Path;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.geometry.HPos;
import javafx.geometry.VPos;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.ColumnConstraints;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** Controls for the parameters of an analysis: one row each, its help as a tooltip. */
public final class ParameterForm extends VBox {
  private static final PseudoClass WRONG = PseudoClass.getPseudoClass("error");

  private final FileDialogs files;

  public ParameterForm(ParameterFormViewModel model, FileDialogs files) {
    this.files = files;
    setId("parameters");
    getStyleClass().add("form");
    GridPane grid = new GridPane();
    grid.getStyleClass().addAll("form-grid", "parameters");
    ColumnConstraints labels = new ColumnConstraints();
    labels.setPercentWidth(42);
    labels.setHalignment(HPos.LEFT);
    ColumnConstraints controls = new ColumnConstraints();
    controls.setPercentWidth(58);
    grid.getColumnConstraints().setAll(labels, controls);
    int row = 0;
    for (Field field : model.fields()) {
      addRow(grid, row++, field);
    }
    Label together = problem(model.problemProperty());
    getChildren().setAll(grid, together);
  }

  private void addRow(GridPane grid, int row, Field field) {
    Parameter parameter = field.parameter();
    String help = help(parameter);
    Label label = new Label(field.label());
    label.getStyleClass().add("form-label");
    label.setWrapText(true);
    label.setTooltip(Icons.tooltip(help));
    GridPane.setValignment(label, VPos.BASELINE);
    Node control = control(field);
    control.setAccessibleText(field.label());
    control.setAccessibleHelp(help);
    label.setLabelFor(control);
    Node shown =
        parameter.type() == Path.class && !parameter.list() ? withChooser(control) : control;
    GridPane.setValignment(shown, VPos.BASELINE);
    grid.addRow(2 * row, label, shown);
    // In a row of its own: rows by their baseline do not grow for text that wraps.
    grid.add(problem(field.problemProperty()), 0, 2 * row + 1, 2, 1);
  }

  private static String help(Parameter parameter) {
    String byDefault =
        parameter.byDefault() == null
            ? ""
            : "\n" + Texts.SHARED.get("form.default", parameter.byDefault());
    return Glossary.explained(
        parameter.help()
            + ".\n"
            + Texts.SHARED.get("form.allowed", parameter.allowed())
            + byDefault);
  }

  private static Node control(Field field) {
    Parameter parameter = field.parameter();
    Control control;
    if (parameter.type() == Boolean.class && !parameter.list()) {
      control = checkBox(field);
    } else if (parameter.type().isEnum() && !parameter.list()) {
      control = choice(field);
    } else {
      control = textField(field);
    }
    control.setId(parameter.name());
    control.setTooltip(Icons.tooltip(help(parameter)));
    field
        .problemProperty()
        .addListener(
            (property, old, now) -> control.pseudoClassStateChanged(WRONG, !now.isEmpty()));
    return control;
  }

  private static CheckBox checkBox(Field field) {
    CheckBox box = new CheckBox();
    box.setSelected(field.textProperty().get().equals("true"));
    box.selectedProperty()
        .addListener((property, old, now) -> field.textProperty().set(now.toString()));
    field.textProperty().addListener((property, old, now) -> box.setSelected(now.equals("true")));
    return box;
  }

  private static ComboBox<String> choice(Field field) {
    ComboBox<String> box = new ComboBox<>();
    if (!field.parameter().required() && field.parameter().byDefault() == null) {
      box.getItems().add("");
    }
    box.getItems().addAll(field.parameter().choices());
    box.setMaxWidth(Double.MAX_VALUE);
    box.valueProperty().bindBidirectional(field.textProperty());
    return box;
  }

  private static TextField textField(Field field) {
    TextField text = new TextField();
    text.setPromptText(prompt(field.parameter()));
    text.textProperty().bindBidirectional(field.textProperty());
    return text;
  }

  private static String prompt(Parameter parameter) {
    if (parameter.required()) {
      return Texts.SHARED.get("form.required");
    }
    return parameter.byDefault() == null
        ? Texts.SHARED.get("form.automatic")
        : parameter.byDefault();
  }

  private Node withChooser(Node control) {
    TextField text = (TextField) control;
    HBox.setHgrow(text, Priority.ALWAYS);
    HBox both =
        new HBox(
            text,
            Icons.button(
                text.getId() + "-choose",
                "fth-folder",
                Texts.SHARED.get("form.choose"),
                () ->
                    files
                        .open(Texts.SHARED.get("form.choose"))
                        .ifPresent(file -> text.setText(file.toString()))));
    both.getStyleClass().add("tight");
    return both;
  }

  private static Label problem(javafx.beans.value.ObservableStringValue text) {
    Label label = new Label();
    label.getStyleClass().add("form-problem");
    label.setWrapText(true);
    label.setMinHeight(USE_PREF_SIZE);
    label.textProperty().bind(text);
    Tooltip whole = Icons.tooltip("");
    whole.textProperty().bind(text);
    label.setTooltip(whole);
    label.managedProperty().bind(Bindings.isNotEmpty(text));
    label.visibleProperty().bind(label.managedProperty());
    return label;
  }
}
