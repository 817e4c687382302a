package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.Settings.Appearance;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.Libtorch;
import circuitscope.models.cache.CacheLocations;
import circuitscope.viz.figure.Palette;
import java.util.Arrays;
import java.util.Locale;
import javafx.scene.Node;
import javafx.scene.control.ButtonType;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Dialog;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.TextField;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.Window;

/** What the user prefers; each change is seen at once. */
final class PreferencesDialog extends Dialog<ButtonType> {
  PreferencesDialog(Settings settings, Window owner) {
    initOwner(owner);
    setTitle(Texts.SHARED.get("preferences"));
    getDialogPane().getButtonTypes().setAll(ButtonType.CLOSE);
    getDialogPane().setId("preferences");
    getDialogPane().getStyleClass().add("window-dialog");
    ComboBox<Appearance> appearance = new ComboBox<>();
    appearance.getItems().setAll(Appearance.values());
    appearance.setConverter(
        new javafx.util.StringConverter<>() {
          @Override
          public String toString(Appearance value) {
            return value == null
                ? ""
                : Texts.SHARED.get("appearance." + value.name().toLowerCase(Locale.ROOT));
          }

          @Override
          public Appearance fromString(String text) {
            return Appearance.SYSTEM;
          }
        });
    appearance.valueProperty().bindBidirectional(settings.appearanceProperty());
    Spinner<Integer> font =
        new Spinner<>(
            Settings.MIN_FONT_SIZE, Settings.MAX_FONT_SIZE, settings.fontSizeProperty().get());
    font.valueProperty().addListener((property, old, now) -> settings.fontSizeProperty().set(now));
    ComboBox<String> palette = new ComboBox<>();
    palette.getItems().add("");
    Arrays.stream(Palette.values())
        .filter(one -> !one.diverging())
        .forEach(one -> palette.getItems().add(one.name().toLowerCase(Locale.ROOT)));
    palette.setConverter(
        new javafx.util.StringConverter<>() {
          @Override
          public String toString(String name) {
            return name == null || name.isEmpty() ? Texts.SHARED.get("preferences.own") : name;
          }

          @Override
          public String fromString(String text) {
            return text;
          }
        });
    palette.valueProperty().bindBidirectional(settings.paletteProperty());
    ComboBox<String> device = new ComboBox<>();
    device.getItems().setAll("auto", "cpu", "cuda", "cuda:0", "cuda:1");
    device.setEditable(true);
    device.valueProperty().bindBidirectional(settings.deviceProperty());
    ComboBox<String> dtype = new ComboBox<>();
    dtype.getItems().setAll("fp32", "tf32", "fp16");
    dtype.valueProperty().bindBidirectional(settings.dtypeProperty());

    GridPane grid = new GridPane();
    grid.getStyleClass().add("form-grid");
    row(grid, 0, "appearance", appearance);
    row(grid, 1, "font-size", font);
    row(grid, 2, "palette", palette);
    row(grid, 3, "device", device);
    row(grid, 4, "dtype", dtype);
    CacheLocations caches = CacheLocations.ofUser();
    row(grid, 5, "hub", shown(caches.hub().toString()));
    row(grid, 6, "product", shown(caches.product().toString()));
    row(grid, 7, "engine", shown(Libtorch.engineCache(System.getenv()).toString()));
    Label note = new Label(Texts.SHARED.get("preferences.caches"));
    note.getStyleClass().add("note");
    note.setWrapText(true);
    VBox box = new VBox(grid, note);
    box.getStyleClass().add("form");
    getDialogPane().setContent(box);
    getDialogPane().setPrefWidth(620);
  }

  private static TextField shown(String text) {
    TextField field = new TextField(text);
    field.setEditable(false);
    return field;
  }

  private static void row(GridPane grid, int row, String name, Control control) {
    Label label = new Label(Texts.SHARED.get("preferences." + name));
    label.setMinWidth(javafx.scene.layout.Region.USE_PREF_SIZE);
    label.setLabelFor(control);
    Node named = Icons.named(control, "preferences-" + name, label.getText());
    control.setMaxWidth(Double.MAX_VALUE);
    GridPane.setHgrow(named, Priority.ALWAYS);
    grid.addRow(row, label, named);
  }
}
