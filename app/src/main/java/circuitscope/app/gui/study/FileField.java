package circuitscope.app.gui.study;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Texts;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.beans.property.StringProperty;
import javafx.scene.control.TextField;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** A file or folder: typed, chosen with a dialog, or dropped. */
public final class FileField extends HBox {
  private FileField(String id, String name, StringProperty text, Supplier<Optional<Path>> ask) {
    getStyleClass().add("tight");
    TextField field = Icons.named(new TextField(), id, name);
    field.setPromptText(name);
    field.textProperty().bindBidirectional(text);
    HBox.setHgrow(field, Priority.ALWAYS);
    field.setOnDragOver(
        event -> {
          if (event.getDragboard().hasFiles()) {
            event.acceptTransferModes(TransferMode.COPY);
            event.consume();
          }
        });
    field.setOnDragDropped(
        event -> {
          event.getDragboard().getFiles().stream()
              .findFirst()
              .ifPresent(file -> text.set(file.toString()));
          event.setDropCompleted(true);
          event.consume();
        });
    getChildren()
        .setAll(
            field,
            Icons.button(
                id + "-choose",
                "fth-folder",
                Texts.SHARED.get("form.choose") + ": " + name,
                () -> ask.get().ifPresent(file -> text.set(file.toString()))));
  }

  /** A file that is there. */
  public static FileField open(
      String id, String name, StringProperty text, FileDialogs files, FileDialogs.Kind... kinds) {
    return new FileField(id, name, text, () -> files.open(name, kinds));
  }

  /** A file to be written. */
  public static FileField save(
      String id,
      String name,
      StringProperty text,
      FileDialogs files,
      String usual,
      FileDialogs.Kind... kinds) {
    return new FileField(id, name, text, () -> files.save(name, usual, kinds));
  }

  public static FileField folder(String id, String name, StringProperty text, FileDialogs files) {
    return new FileField(id, name, text, () -> files.folder(name));
  }
}
