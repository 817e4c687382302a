package circuitscope.app.gui.page;

import java.nio.file.Path;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** What the user has gathered beside the models: prompts, texts, masks and results. */
public final class Project {
  private final ObservableList<String> prompts = FXCollections.observableArrayList();
  private final ObservableList<Path> texts = FXCollections.observableArrayList();
  private final ObservableList<Path> masks = FXCollections.observableArrayList();
  private final ObservableList<Path> results = FXCollections.observableArrayList();

  public ObservableList<String> prompts() {
    return prompts;
  }

  public ObservableList<Path> texts() {
    return texts;
  }

  public ObservableList<Path> masks() {
    return masks;
  }

  /** Folders that hold results. */
  public ObservableList<Path> results() {
    return results;
  }
}
