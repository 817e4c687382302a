package circuitscope.app.gui.study;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Texts;
import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Files that may hold masks, by their names. */
public final class MaskFiles {
  public static final FileDialogs.Kind KIND =
      new FileDialogs.Kind(
          Texts.SHARED.get("files.mask"), List.of("*.safetensors", "*.npz", "*.pickle"));

  private MaskFiles() {}

  /** The first of these that may be a mask. */
  static Optional<String> among(List<File> files) {
    return files.stream()
        .map(File::toString)
        .filter(name -> name.toLowerCase(Locale.ROOT).matches(".*\\.(safetensors|npz|pickle|pkl)"))
        .findFirst();
  }
}
