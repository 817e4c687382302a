package circuitscope.app.gui.page;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.ButtonBar.ButtonData;
import javafx.scene.control.ButtonType;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.layout.GridPane;
import javafx.stage.Window;

/** Asks in which format and size a figure is to be written. */
public final class FigureExportDialog extends Dialog<FigureExport> {
  private final ComboBox<String> format = new ComboBox<>();
  private final Spinner<Integer> width =
      new Spinner<>(30, 400, (int) FigureStyle.DOUBLE_COLUMN_MM, 5);
  private final ComboBox<String> theme = new ComboBox<>();
  private final Spinner<Integer> dpi = new Spinner<>(36, 1200, 300, 50);

  public FigureExportDialog(Figure figure, Window owner) {
    initOwner(owner);
    setTitle(Texts.SHARED.get("export.figure"));
    setHeaderText(figure.title());
    ButtonType write = new ButtonType(Texts.SHARED.get("export.choose"), ButtonData.OK_DONE);
    getDialogPane().getButtonTypes().setAll(write, ButtonType.CANCEL);
    getDialogPane().setId("figure-export");
    for (Format one : Format.values()) {
      format.getItems().add(one.name());
    }
    for (Theme one : Theme.values()) {
      theme.getItems().add(one.name().toLowerCase(Locale.ROOT));
    }
    format.getSelectionModel().selectFirst();
    theme.getSelectionModel().selectFirst();
    width.setEditable(true);
    dpi.setEditable(true);
    dpi.disableProperty().bind(format.valueProperty().isNotEqualTo(Format.PNG.name()));
    GridPane grid = new GridPane();
    grid.getStyleClass().add("form-grid");
    row(grid, 0, "export.format", format, "export-format");
    row(grid, 1, "export.width", width, "export-width");
    row(grid, 2, "export.theme", theme, "export-theme");
    row(grid, 3, "export.dpi", dpi, "export-dpi");
    getDialogPane().setContent(grid);
    setResultConverter(
        button ->
            button == write
                ? new FigureExport(figure, Format.valueOf(format.getValue()), style())
                : null);
  }

  private FigureStyle style() {
    return new FigureStyle(
        width.getValue(),
        Theme.valueOf(theme.getValue().toUpperCase(Locale.ROOT)),
        FigureStyle.doubleColumn().fontPoints(),
        dpi.getValue());
  }

  private static void row(
      GridPane grid, int row, String text, javafx.scene.control.Control control, String id) {
    Label label = new Label(Texts.SHARED.get(text));
    label.setLabelFor(control);
    Icons.named(control, id, Texts.SHARED.get(text));
    control.setMaxWidth(Double.MAX_VALUE);
    grid.addRow(row, label, control);
  }

  /** Asks; empty where it was cancelled. */
  public static Optional<FigureExport> ask(Figure figure, Window owner) {
    return new FigureExportDialog(figure, owner).showAndWait();
  }
}
