package circuitscope.app.gui.shell;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.OpenModelDialog;
import circuitscope.app.gui.model.OpenModelViewModel;
import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.MaskFiles;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.WorkspaceFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.TextInputDialog;

/** What the shell does with the help of dialogs; view-models know none. */
final class ShellActions {
  private static final FileDialogs.Kind WORKSPACES =
      new FileDialogs.Kind(
          Texts.SHARED.get("files.workspace"), List.of("*" + WorkspaceFile.ENDING));
  private static final FileDialogs.Kind TEXTS =
      new FileDialogs.Kind(Texts.SHARED.get("files.text"), List.of("*.txt", "*.gz", "*.*"));

  /** Texts in these are read as they are unpacked. */
  private static final String PACKED = ".*\\.(gz|bz2|zst)";

  /** Enough to tell a picture from a text. */
  private static final int FIRST_BYTES = 8192;

  private final ShellViewModel shell;
  private final ShellWindow window;
  private final ProjectItems items;

  ShellActions(ShellViewModel shell, ShellWindow window) {
    this.shell = shell;
    this.window = window;
    this.items = new ProjectItems(shell.services().project());
  }

  private Services services() {
    return shell.services();
  }

  /** Runs a step that may fail; its failure is told. */
  private void attempt(String title, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      services().notices().failed(Problem.of(Texts.SHARED.get(title), e));
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  void openModel() {
    openModel(new OpenModelViewModel(services()));
  }

  private void openModel(OpenModelViewModel model) {
    new OpenModelDialog(model, services(), window.stage())
        .ask(chosen -> attempt("open.title", () -> shell.openModel(chosen.choice())));
  }

  /** Asks which model to put the mask on. */
  void openMasked(Item.Mask item) {
    OpenModelViewModel model = new OpenModelViewModel(services());
    Project project = services().project();
    attempt(
        "open.title", () -> model.maskProperty().set(item.reference(project.places()).toString()));
    services().models().open().stream()
        .findFirst()
        .ifPresent(open -> model.nameProperty().set(open.choice().model()));
    openModel(model);
  }

  void addPrompt() {
    TextInputDialog dialog = new TextInputDialog();
    dialog.initOwner(window.stage());
    dialog.setTitle(Texts.SHARED.get("side.prompts"));
    dialog.setHeaderText(Texts.SHARED.get("prompt.ask"));
    dialog.getEditor().setPrefColumnCount(40);
    dialog.showAndWait().filter(text -> !text.isBlank()).ifPresent(items::addPrompt);
  }

  void addTexts() {
    services()
        .files()
        .openSeveral(Texts.SHARED.get("input.files.add"), TEXTS)
        .forEach(this::addText);
  }

  private void addText(Path file) {
    try {
      if (isText(file)) {
        items.addText(file);
      } else {
        throw new IOException(Texts.SHARED.get("problem.no-text", file));
      }
    } catch (IOException e) {
      services().notices().failed(Problem.of(Texts.SHARED.get("problem.open", file), e));
    }
  }

  /** Whether a file begins as a text in UTF-8 does; a character may be cut at the end. */
  private static boolean isText(Path file) throws IOException {
    if (file.toString().matches(PACKED)) {
      return true;
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      CharBuffer text = CharBuffer.allocate(FIRST_BYTES);
      CoderResult read =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.readNBytes(FIRST_BYTES)), text, false);
      return !read.isError() && text.flip().toString().indexOf('\0') < 0;
    }
  }

  void addMasks() {
    services()
        .files()
        .openSeveral(Texts.SHARED.get("files.mask"), MaskFiles.KIND)
        .forEach(file -> attempt("files.mask", () -> items.addMask(file)));
  }

  void addResult() {
    services().files().folder(Texts.SHARED.get("side.results")).ifPresent(this::addResult);
  }

  void addResult(Path folder) {
    Project project = services().project();
    String name = String.valueOf(folder.getFileName());
    String id = project.workspace().freeId(Item.Result.class, name);
    services()
        .jobs()
        .submit(
            Texts.SHARED.get("job.add-result", folder),
            Jobs.FILES,
            progress -> Item.Result.of(id, folder, project.places()))
        .onDone(items::addResult)
        .onFailed(
            failure ->
                services()
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.open", folder), failure)));
  }

  void openWorkspace() {
    services()
        .files()
        .open(Texts.SHARED.get("files.workspace"), WORKSPACES)
        .ifPresent(shell::openWorkspace);
  }

  void saveWorkspace() {
    shell.keepPages();
    if (services().project().pathProperty().get() == null) {
      saveWorkspaceAs();
    } else {
      told(services().project().save());
    }
  }

  void saveWorkspaceAs() {
    Optional<Path> path =
        services()
            .files()
            .save(Texts.SHARED.get("files.workspace"), "study" + WorkspaceFile.ENDING, WORKSPACES);
    path.ifPresent(
        file -> {
          shell.keepPages();
          told(services().project().saveAs(withEnding(file)));
        });
  }

  private static Path withEnding(Path file) {
    return file.toString().endsWith(WorkspaceFile.ENDING)
        ? file
        : file.resolveSibling(file.getFileName() + WorkspaceFile.ENDING);
  }

  private void told(circuitscope.app.gui.job.Job<?> saving) {
    saving
        .onDone(done -> services().notices().said(Texts.SHARED.get("said.saved")))
        .onFailed(
            failure ->
                services().notices().failed(Problem.of(Texts.SHARED.get("problem.save"), failure)));
  }

  /** Opens what was dropped on the window, by what it is. */
  void dropped(List<Path> paths) {
    for (Path path : paths) {
      String name = path.toString().toLowerCase(Locale.ROOT);
      if (name.endsWith(WorkspaceFile.ENDING)) {
        shell.openWorkspace(path);
      } else if (path.resolve("manifest.json").toFile().isFile()) {
        addResult(path);
      } else if (path.toFile().isDirectory() || name.endsWith(".gguf")) {
        shell.openModel(path.toString());
      } else if (MaskFiles.named(name)) {
        attempt("files.mask", () -> items.addMask(path));
      } else {
        addText(path);
      }
    }
  }

  void preferences() {
    new PreferencesDialog(services().settings(), window.stage()).showAndWait();
    attempt("preferences", () -> services().settings().save());
  }

  void about() {
    new AboutDialog(window.stage(), services().clip()).showAndWait();
  }
}
