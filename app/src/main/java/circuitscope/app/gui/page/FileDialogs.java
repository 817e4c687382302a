package circuitscope.app.gui.page;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Asks for files and folders; behind an interface because a test has no display to ask on. */
public interface FileDialogs {
  /**
   * A kind of file.
   *
   * @param name as people read it
   * @param patterns such as {@code *.safetensors}
   */
  record Kind(String name, List<String> patterns) {}

  Optional<Path> folder(String title);

  Optional<Path> open(String title, Kind... kinds);

  List<Path> openSeveral(String title, Kind... kinds);

  Optional<Path> save(String title, String name, Kind... kinds);
}
