package circuitscope.app.gui.page;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** What the user prefers and did last, kept in a file of properties. */
public final class Settings {
  /** Light or dark. */
  public enum Appearance {
    SYSTEM,
    LIGHT,
    DARK
  }

  public static final int MIN_FONT_SIZE = 10;
  public static final int MAX_FONT_SIZE = 24;
  private static final int FONT_SIZE = 13;
  private static final int RECENT = 10;

  private final Path file;
  private final Optional<Path> data;
  private final Properties stored = new Properties();
  private final ObjectProperty<Appearance> appearance =
      new SimpleObjectProperty<>(Appearance.SYSTEM);
  private final IntegerProperty fontSize = new SimpleIntegerProperty(FONT_SIZE);
  private final StringProperty device = new SimpleStringProperty("auto");
  private final StringProperty dtype = new SimpleStringProperty("fp32");
  private final StringProperty palette = new SimpleStringProperty("");
  private final ObservableList<String> recentModels = FXCollections.observableArrayList();
  private final ObservableList<String> recentWorkspaces = FXCollections.observableArrayList();

  private Settings(Path file, Optional<Path> data) {
    this.file = file;
    this.data = data;
  }

  /**
   * Those of this user: CIRCUITSCOPE_CONFIG, else circuitscope under XDG_CONFIG_HOME. What the
   * window stores by itself goes below CIRCUITSCOPE_DATA, else circuitscope under XDG_DATA_HOME.
   */
  public static Settings ofUser(Map<String, String> environment) {
    Path config = folder(environment, "CIRCUITSCOPE_CONFIG", "XDG_CONFIG_HOME", ".config");
    Path data = folder(environment, "CIRCUITSCOPE_DATA", "XDG_DATA_HOME", ".local/share");
    return read(config.resolve("window.properties"), Optional.of(data));
  }

  private static Path folder(
      Map<String, String> environment, String own, String shared, String usual) {
    String chosen = environment.getOrDefault(own, "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen);
    }
    String base = environment.getOrDefault(shared, "");
    Path home = Path.of(System.getProperty("user.home", "."));
    return (base.isEmpty() ? home.resolve(usual) : Path.of(base)).resolve("circuitscope");
  }

  /** Those of a file, with no folder for data; see {@link #read(Path, Optional)}. */
  public static Settings read(Path file) {
    return read(file, Optional.empty());
  }

  /**
   * Those of a file; what is missing or no longer understood takes its default.
   *
   * @param data where the window stores runs and workspaces without a file; empty for nowhere
   */
  public static Settings read(Path file, Optional<Path> data) {
    Settings settings = new Settings(file, data);
    if (Files.isRegularFile(file)) {
      try (Reader reader = Files.newBufferedReader(file)) {
        settings.stored.load(reader);
      } catch (IOException | IllegalArgumentException e) {
        settings.stored.clear(); // a damaged file is written anew; nothing in it is work
      }
    }
    settings.take();
    return settings;
  }

  private void take() {
    appearance.set(
        choice("appearance", Appearance.SYSTEM, text -> Appearance.valueOf(text.strip())));
    int size = choice("font-size", FONT_SIZE, Integer::valueOf);
    fontSize.set(Math.clamp(size, MIN_FONT_SIZE, MAX_FONT_SIZE));
    device.set(stored.getProperty("device", "auto"));
    dtype.set(stored.getProperty("dtype", "fp32"));
    palette.set(stored.getProperty("palette", ""));
    recentModels.setAll(list("recent-models"));
    recentWorkspaces.setAll(list("recent-workspaces"));
  }

  private <T> T choice(String key, T otherwise, Function<String, T> read) {
    try {
      String text = stored.getProperty(key);
      return text == null ? otherwise : read.apply(text);
    } catch (IllegalArgumentException e) {
      return otherwise;
    }
  }

  private List<String> list(String key) {
    List<String> values = new ArrayList<>();
    for (int i = 0; stored.getProperty(key + "." + i) != null; i++) {
      values.add(stored.getProperty(key + "." + i));
    }
    return values;
  }

  /** Writes them; called when the window closes and when preferences were changed. */
  public void save() {
    stored.keySet().removeIf(key -> key.toString().startsWith("recent-"));
    stored.setProperty("appearance", appearance.get().name());
    stored.setProperty("font-size", Integer.toString(fontSize.get()));
    stored.setProperty("device", device.get());
    stored.setProperty("dtype", dtype.get());
    stored.setProperty("palette", palette.get());
    for (int i = 0; i < recentModels.size(); i++) {
      stored.setProperty("recent-models." + i, recentModels.get(i));
    }
    for (int i = 0; i < recentWorkspaces.size(); i++) {
      stored.setProperty("recent-workspaces." + i, recentWorkspaces.get(i));
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Path beside = file.resolveSibling(file.getFileName() + ".part");
      try (Writer writer = Files.newBufferedWriter(beside)) {
        stored.store(writer, null);
      }
      Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": the settings could not be written", e);
    }
  }

  /** The folder of what the window stores by itself; empty where it stores nothing. */
  public Optional<Path> data() {
    return data;
  }

  /** Anything else that a part of the window wants to find again. */
  public String get(String key, String otherwise) {
    return stored.getProperty(key, otherwise);
  }

  public void put(String key, String value) {
    stored.setProperty(key, value);
  }

  public ObjectProperty<Appearance> appearanceProperty() {
    return appearance;
  }

  public IntegerProperty fontSizeProperty() {
    return fontSize;
  }

  /** {@code auto}, {@code cpu} or {@code cuda:N}: where models are opened unless said otherwise. */
  public StringProperty deviceProperty() {
    return device;
  }

  public StringProperty dtypeProperty() {
    return dtype;
  }

  /** Name of the colour map for sequential values; empty for each figure's own. */
  public StringProperty paletteProperty() {
    return palette;
  }

  /** Names of models, the latest first. */
  public ObservableList<String> recentModels() {
    return recentModels;
  }

  public ObservableList<String> recentWorkspaces() {
    return recentWorkspaces;
  }

  /** Puts a name at the head of one of the lists of recent ones. */
  public static void remember(ObservableList<String> recent, String name) {
    recent.remove(name);
    recent.addFirst(name);
    while (recent.size() > RECENT) {
      recent.removeLast();
    }
  }
}
