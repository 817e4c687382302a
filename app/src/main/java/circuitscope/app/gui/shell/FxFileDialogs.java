package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Settings;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javafx.stage.DirectoryChooser;
import javafx.stage.FileChooser;
import javafx.stage.Window;

/** The system's own dialogs, each opened where the last one was. */
final class FxFileDialogs implements FileDialogs {
  private static final String FOLDER = "last-folder";

  private final Supplier<Window> owner;
  private final Settings settings;

  FxFileDialogs(Supplier<Window> owner, Settings settings) {
    this.owner = owner;
    this.settings = settings;
  }

  @Override
  public Optional<Path> folder(String title) {
    DirectoryChooser chooser = new DirectoryChooser();
    chooser.setTitle(title);
    chooser.setInitialDirectory(start());
    return Optional.ofNullable(chooser.showDialog(owner.get()))
        .map(folder -> remember(folder.toPath(), folder.toPath()));
  }

  @Override
  public Optional<Path> open(String title, Kind... kinds) {
    return Optional.ofNullable(chooser(title, kinds).showOpenDialog(owner.get()))
        .map(file -> remember(file.toPath(), file.toPath().resolveSibling("")));
  }

  @Override
  public List<Path> openSeveral(String title, Kind... kinds) {
    List<File> files = chooser(title, kinds).showOpenMultipleDialog(owner.get());
    return files == null
        ? List.of()
        : files.stream()
            .map(file -> remember(file.toPath(), file.toPath().resolveSibling("")))
            .toList();
  }

  @Override
  public Optional<Path> save(String title, String name, Kind... kinds) {
    FileChooser chooser = chooser(title, kinds);
    chooser.setInitialFileName(name);
    return Optional.ofNullable(chooser.showSaveDialog(owner.get()))
        .map(file -> remember(file.toPath(), file.toPath().resolveSibling("")));
  }

  private FileChooser chooser(String title, Kind... kinds) {
    FileChooser chooser = new FileChooser();
    chooser.setTitle(title);
    chooser.setInitialDirectory(start());
    Arrays.stream(kinds)
        .map(kind -> new FileChooser.ExtensionFilter(kind.name(), kind.patterns()))
        .forEach(chooser.getExtensionFilters()::add);
    return chooser;
  }

  private File start() {
    Path last = Path.of(settings.get(FOLDER, System.getProperty("user.dir", ".")));
    return (Files.isDirectory(last) ? last : Path.of(".").toAbsolutePath().normalize()).toFile();
  }

  private Path remember(Path chosen, Path folder) {
    settings.put(FOLDER, folder.toString());
    return chosen;
  }
}
