package circuitscope.app.gui.batch;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.Texts;
import circuitscope.probes.analysis.PendingOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.binding.StringBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** The text of a job file: opened, edited, saved, and read again when something else changed it. */
public final class JobFileViewModel {
  /** A job that runs as it stands, in seconds. */
  static final String TEMPLATE =
      """
      # Models x texts x analyses: each becomes a cell with a folder of its own.
      # All keys: docs/job-format.md. Relative paths are those of the folder in
      # which Circuitscope was started.
      job: first-look
      out: out
      seed: 0

      models:
        - embedded:gpt2-4l

      texts:
        - id: sentence
          text: When Mary and John went to the store, John gave a drink to Mary.

      analyses:
        - loss
        - residual.lens
        - analysis: heads.detect
          parameters: {samples: 4}
      """;

  private static final String RECENT = "batch.recent";
  private static final FileDialogs.Kind KIND =
      new FileDialogs.Kind(Texts.SHARED.get("files.job"), List.of("*.yaml", "*.yml"));

  private final Services services;
  private final StringProperty text = new SimpleStringProperty(TEMPLATE);
  private final ObjectProperty<@Nullable Path> path = new SimpleObjectProperty<>();
  private final StringProperty stored = new SimpleStringProperty(TEMPLATE);
  private final BooleanBinding unsaved = text.isNotEqualTo(stored);
  private final ObservableList<String> recent = FXCollections.observableArrayList();
  private final StringBinding title =
      Bindings.createStringBinding(
          () ->
              (unsaved.get() ? "● " : "")
                  + (path.get() == null ? Words.TEXTS.get("title") : name()),
          unsaved,
          path);

  JobFileViewModel(Services services) {
    this.services = services;
    services.settings().get(RECENT, "").lines().forEach(recent::add);
  }

  public StringProperty textProperty() {
    return text;
  }

  /** The file; null before the text was saved. */
  public ObjectProperty<@Nullable Path> pathProperty() {
    return path;
  }

  public BooleanBinding unsaved() {
    return unsaved;
  }

  /** The file's name, with a mark for edits that were not saved. */
  public StringBinding title() {
    return title;
  }

  /** Files that were opened or saved, the latest first. */
  public ObservableList<String> recent() {
    return recent;
  }

  /** The file, or what it would be called. */
  Path place() {
    Path file = path.get();
    return file == null ? Path.of("job.yaml") : file;
  }

  String name() {
    return String.valueOf(place().getFileName());
  }

  /** Begins with the template, in no file. */
  public void begin() {
    if (mayLose()) {
      path.set(null);
      stored.set(TEMPLATE);
      text.set(TEMPLATE);
    }
  }

  /** Asks for a file and opens it. */
  public void open() {
    services.files().open(Words.TEXTS.get("open"), KIND).ifPresent(this::open);
  }

  public void open(Path file) {
    if (mayLose()) {
      read(file, there -> show(file, there));
    }
  }

  private boolean mayLose() {
    return !unsaved.get() || confirmed("loss", "loss.discard");
  }

  private boolean confirmed(String question, String goOn) {
    return services.notices().confirm(Words.TEXTS.get(question, name()), Words.TEXTS.get(goOn));
  }

  private void read(Path file, Consumer<String> use) {
    services
        .jobs()
        .submit(Words.TEXTS.get("job.read", file), Jobs.FILES, progress -> contents(file))
        .onDone(use)
        .onFailed(failure -> failed("problem.open", file, failure));
  }

  /** With the line ends of the editor. */
  private static String contents(Path file) throws IOException {
    return Files.readString(file).replace("\r\n", "\n");
  }

  private void failed(String title, Path file, Throwable failure) {
    services.notices().failed(Problem.of(Texts.SHARED.get(title, file), failure));
  }

  private void show(Path file, String there) {
    path.set(file);
    stored.set(there);
    text.set(there);
    remember(file);
  }

  private void remember(Path file) {
    Settings.remember(recent, file.toAbsolutePath().toString());
    services.settings().put(RECENT, String.join("\n", recent));
  }

  /** Saves what is not saved, then goes on; asks for a file where there is none. */
  public void save(Runnable then) {
    Path file = path.get();
    if (file == null) {
      saveAs(then);
    } else if (unsaved.get()) {
      write(file, stored.get(), then);
    } else {
      then.run();
    }
  }

  /** Asks for a file and saves there, then goes on. */
  public void saveAs(Runnable then) {
    services
        .files()
        .save(Words.TEXTS.get("save-as"), name(), KIND)
        .ifPresent(
            file -> {
              boolean ending = file.toString().matches(".*\\.ya?ml");
              write(ending ? file : file.resolveSibling(file.getFileName() + ".yaml"), null, then);
            });
  }

  /**
   * Writes beside the file and moves it there.
   *
   * @param expected what the file should hold; null for whatever it holds
   */
  private void write(Path file, @Nullable String expected, Runnable then) {
    String written = text.get();
    services
        .jobs()
        .submit(
            Words.TEXTS.get("job.save", file),
            Jobs.FILES,
            progress -> {
              if (expected != null && Files.exists(file) && !expected.equals(contents(file))) {
                return false;
              }
              try (PendingOutput pending = PendingOutput.file(file)) {
                Files.writeString(pending.path(), written);
                pending.commit();
              }
              return true;
            })
        .onDone(
            done -> {
              if (done) {
                path.set(file);
                stored.set(written);
                remember(file);
                then.run();
              } else if (confirmed("changed.save", "changed.replace")) {
                write(file, null, then);
              }
            })
        .onFailed(failure -> failed("problem.export", file, failure));
  }

  /** Takes over what something else has written into the file; asks where edits would be lost. */
  public void look() {
    Path file = path.get();
    String known = stored.get();
    if (file != null) {
      services
          .jobs()
          .submit(
              Words.TEXTS.get("job.look", file),
              Jobs.FILES,
              progress -> Files.exists(file) ? contents(file) : known)
          .onDone(
              there -> {
                boolean same = file.equals(path.get()) && known.equals(stored.get());
                if (same && !there.equals(known)) {
                  changed(there);
                }
              });
    }
  }

  private void changed(String there) {
    boolean edited = unsaved.get();
    stored.set(there); // before asking: the question takes the focus, and gives it back
    if (!edited || confirmed("changed", "changed.read")) {
      text.set(there);
      services.notices().said(Words.TEXTS.get("said.changed", name()));
    }
  }

  /** What opens it again as it stands. */
  Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    Path file = path.get();
    if (file != null) {
      state.put("file", file.toAbsolutePath().toString());
    }
    if (unsaved.get()) {
      state.put("text", text.get());
    }
    return state;
  }

  void restore(Map<String, Object> state) {
    String own = state.get("text") instanceof String edited ? edited : null;
    if (own != null) {
      text.set(own);
    }
    if (state.get("file") instanceof String name) {
      Path file = Path.of(name);
      read(
          file,
          there -> {
            show(file, there);
            if (own != null) {
              text.set(own);
            }
          });
    }
  }
}
