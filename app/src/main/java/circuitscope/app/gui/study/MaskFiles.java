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
          Texts.SHARED.get("files.mask"), List.of("*.safetensors", "*.npz", "*.pickle", "*.pkl"));

  private MaskFiles() {}

  /** Whether a file of that name may be a mask. */
  public static boolean named(String name) {
    return name.toLowerCase(Locale.ROOT).matches(".*\\.(safetensors|npz|pickle|pkl)");
  }

  /** The first of these that may be a mask. */
  static Optional<String> among(List<File> files) {
    return files.stream().map(File::toString).filter(MaskFiles::named).findFirst();
  }
}
