package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.gui.batch.BatchPage;
import circuitscope.app.gui.batch.CellRow;
import circuitscope.app.gui.batch.Check.Mistake;
import circuitscope.app.gui.page.Page;
import circuitscope.tests.cli.Cli;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javafx.beans.property.StringProperty;
import javafx.geometry.Bounds;
import javafx.scene.control.ListView;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextInputControl;
import javafx.scene.input.KeyCode;
import javafx.scene.text.Text;
import org.junit.jupiter.api.Test;

final class BatchJourneyTest extends WindowTest {
  private static final String TEXT = "The cat sat on the mat.";
  private static final String DETECT = "{analysis: heads.detect, parameters: {samples: 2}}";

  private String job(String text, String first, String second) {
    return """
    job: journey
    out: %s
    figures: {formats: [svg]}
    models: [embedded:gpt2-4l]
    texts: [%s]
    analyses:
      - %s
      - %s
    """
        .formatted(folder.resolve("out"), text, first, second);
  }

  private static String loss(int windows) {
    return "{analysis: loss, id: first-%d, parameters: {context: 16, batch: 1, max-windows: %1$d}}"
        .formatted(windows);
  }

  @Test
  void numbersAndMarksStandBesideTheirLines() {
    open();
    String job = job("{id: cat, text: %s}".formatted(TEXT), "loss", "lost");
    int lines = 100;
    enter("#\n".repeat(lines - (int) job.lines().count()) + job.stripTrailing());
    until(() -> mistakes().getItems().size() == 1 && lookup(".line-marks").tryQuery().isPresent());
    interact(
        () -> {
          Text text = (Text) lookup("#job-text").query().lookup(".text");
          Text numbers = lookup(".line-numbers").query();
          double last = lineCentre(text, text.getText().length());
          assertThat(lineCentre(numbers, numbers.getText().length())).isCloseTo(last, within(2.0));
          Text mark = lookup(".line-marks").query();
          assertThat(lineCentre(mark, 0)).isCloseTo(last, within(4.0));
        });
  }

  /** The middle of the caret there, in the scene. */
  private static double lineCentre(Text text, int at) {
    Bounds caret = new javafx.scene.shape.Path(text.caretShape(at, false)).getLayoutBounds();
    return text.localToScene(caret).getCenterY();
  }

  @Test
  void aJobIsWrittenMendedRunAndLookedAt() throws Exception {
    Path file = folder.resolve("job.yaml");
    Path results = folder.resolve("out/journey");
    String job = job("{id: cat, text: %s}".formatted(TEXT), "loss", DETECT);
    BatchPage page = open();
    AtomicLong checks = new AtomicLong();
    interact(
        () ->
            page.model()
                .checkProperty()
                .addListener((property, old, now) -> checks.incrementAndGet()));
    String wrong = job.replace("samples", "sample").replace("- loss", "- lost");
    enter(wrong);
    until(() -> mistakes().getItems().size() == 2);
    assertThatTheCommandLineTellsTheSame(file, wrong, List.copyOf(mistakes().getItems()));
    interact(() -> mistakes().getSelectionModel().select(1));
    interact(() -> mistakes().requestFocus());
    type(KeyCode.ENTER);
    TextArea editor = lookup("#job-text").query();
    assertThat(editor.getText(0, editor.getCaretPosition()).lines().count()).isEqualTo(8);
    assertThat(checks).as("changes of what is known of a text entered once").hasValueLessThan(20);

    enter(job);
    until(() -> !lookup("#run").queryButton().isDisabled());
    dialogs.answer(file);
    fire("run");
    until(() -> states(page).equals(List.of("done", "done")) && page.model().loss().isEmpty());
    JsonNode loss = Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--json").json();
    JsonNode heads =
        Cli.run("heads", "detect", "--model", Cli.MODEL, "--samples", "2", "--json").json();
    assertThat(json(results.resolve("gpt2-4l/cat/loss/result.json"))).isEqualTo(loss);
    assertThat(json(results.resolve("gpt2-4l/no-text/heads.detect/result.json"))).isEqualTo(heads);
    assertThat(Files.readString(results.resolve("results.csv")))
        .contains("," + loss.path("loss_nats").asText());
    assertThat(Files.readString(results.resolve("report.html"))).contains("heads.detect", "cat");
    assertThat(shownDocument()).isEqualTo(loss);
    assertThat(workbench.project().workspace().results()).hasSize(2);

    fire("run");
    until(() -> states(page).equals(List.of("kept", "kept")));
    until(() -> !page.model().runner().running().get());
    Cli again = Cli.run("run", file.toString());
    assertThat(again.out()).startsWith("2 done (2 before), 0 failed, 0 not run");

    interact(() -> window.shell().currentProperty().set(window.shell().pages().getFirst()));
    Files.writeString(file, job + "  - predict\n");
    interact(() -> window.shell().currentProperty().set(page));
    until(() -> editor.getText().endsWith("  - predict\n") && page.model().cells().size() == 3);
  }

  @Test
  void thePageWithTheKeyboardIsInFrontWhateverListIsFilled() {
    BatchPage page = open();
    interact(() -> window.shell().open("prompt"));
    Page prompt = Objects.requireNonNull(window.shell().currentProperty().get());
    press(KeyCode.CONTROL, KeyCode.BACK_SLASH).release(KeyCode.BACK_SLASH, KeyCode.CONTROL);
    until(() -> lookup("#tabs-right").tryQuery().isPresent());
    interact(() -> from(prompt.view()).lookup(".text-area").query().requestFocus());
    StringProperty text = page.model().file().textProperty();
    interact(() -> text.set(text.get().replace("- loss", "- lost")));
    until(() -> mistakes().getItems().size() == 1);
    interact(() -> text.set(text.get().replace("samples", "sample")));
    until(() -> mistakes().getItems().size() == 2);

    assertThat(window.shell().currentProperty().get()).isEqualTo(prompt);
    interact(() -> lookup("#job-text").query().requestFocus());
    assertThat(window.shell().currentProperty().get()).isEqualTo(page);
    interact(() -> from(prompt.view()).lookup(".text-area").query().requestFocus());
    assertThat(window.shell().currentProperty().get()).isEqualTo(prompt);
  }

  private BatchPage open() {
    until(() -> workbench.pageTypes().size() > 20);
    interact(() -> window.shell().open("batch"));
    until(() -> shown("job-text"));
    return (BatchPage) Objects.requireNonNull(window.shell().currentProperty().get());
  }

  private void enter(String text) {
    TextInputControl editor = lookup("#job-text").query();
    interact(() -> editor.setText(text));
  }

  private ListView<Mistake> mistakes() {
    return lookup("#mistakes").query();
  }

  private static void assertThatTheCommandLineTellsTheSame(
      Path file, String text, List<Mistake> mistakes) throws Exception {
    Files.writeString(file, text);
    Cli told = Cli.run("run", file.toString(), "--dry-run");
    assertThat(told.exitCode()).isEqualTo(2);
    for (Mistake mistake : mistakes) {
      assertThat(told.err()).contains(file + ":" + mistake);
    }
    assertThat(told.err()).contains(mistakes.size() + " problems");
  }

  private static List<String> states(BatchPage page) {
    return page.model().cells().stream()
        .map(row -> row.state().name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static JsonNode json(Path file) throws Exception {
    return new JsonMapper().readTree(file.toFile());
  }

  /** The first cell's result, opened by the keyboard. */
  private JsonNode shownDocument() throws Exception {
    TableView<CellRow> cells = lookup("#cells").query();
    interact(cells::requestFocus);
    interact(() -> cells.getSelectionModel().select(0));
    type(KeyCode.ENTER);
    until(() -> shown("cell-parts"));
    TabPane parts = lookup("#cell-parts").query();
    interact(() -> parts.getSelectionModel().selectLast());
    until(() -> shown("document"));
    TextInputControl document = lookup("#document").query();
    return new JsonMapper().readTree(document.getText());
  }

  @Test
  void aRunIsStoppedWithinASecondAndGoesOn() throws Exception {
    Path book = folder.resolve("book.txt");
    Files.writeString(book, (TEXT + " A dog ran to the door. ").repeat(4000));
    String job = job("{id: book, file: %s}".formatted(book), loss(1), loss(9999));
    BatchPage page = open();
    enter(job);
    until(() -> !lookup("#run").queryButton().isDisabled());
    dialogs.answer(folder.resolve("long.yaml"));
    fire("run");
    until(() -> states(page).equals(List.of("done", "running")));
    AtomicLong stopped = new AtomicLong();
    var running = page.model().runner().running();
    interact(() -> running.addListener((property, old, now) -> stopped.set(System.nanoTime())));
    long asked = System.nanoTime();
    fire("cancel");
    until(() -> !running.get());
    assertThat(TimeUnit.NANOSECONDS.toMillis(stopped.get() - asked)).isLessThan(1000);
    assertThat(states(page)).containsExactly("done", "not_run");

    enter(job.replace("9999", "2"));
    until(() -> states(page).equals(List.of("earlier", "waiting")));
    fire("run");
    until(() -> states(page).equals(List.of("kept", "done")));
  }
}
