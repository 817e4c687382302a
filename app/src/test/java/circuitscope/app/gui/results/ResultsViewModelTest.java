package circuitscope.app.gui.results;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.analysis.AnalysisViewModel;
import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.WorkspaceFile;
import circuitscope.probes.analysis.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // open() comes before every test
final class ResultsViewModelTest {
  private static final String FIRST = "The cat sat on the mat. The cat sat on the mat.";
  private static final String SECOND = "When Mary and John went to the store, John gave a drink";

  @TempDir Path folder;
  private OpenEmbedded embedded;
  private ResultsViewModel model;

  @BeforeEach
  void open() {
    embedded = new OpenEmbedded(Optional.of(folder));
    model = new ResultsViewModel(embedded.services());
  }

  @AfterEach
  void close() {
    model.close();
    embedded.close();
  }

  private Outcome run(String analysis, String text, Map<String, String> parameters) {
    AnalysisViewModel page =
        new AnalysisViewModel(
            embedded.services().analyses().get().find(analysis), embedded.services());
    page.input().textProperty().set(text);
    page.parameters().fill(parameters);
    page.run();
    Outcome outcome = page.runner().state().shown().orElseThrow();
    page.close();
    return outcome;
  }

  private List<String> ids() {
    return model.rows().stream().map(Row::id).toList();
  }

  @Test
  void aTextWithHalfACharacterIsKeptAsItWasRead() {
    run("predict", "\uD800 lone", Map.of("other-text", "another \uDC00"));
    assertThat(embedded.test().problems()).isEmpty();
    assertThat(model.rows().getFirst().text()).isEqualTo("\uFFFD lone");
    assertThat(model.rows().getFirst().parameters()).contains("another \uFFFD");
  }

  @Test
  void everyRunLandsWithItsParametersNewestFirst() {
    Outcome first = run("loss", FIRST, Map.of());
    Outcome second = run("residual.lens", SECOND, Map.of("top", "3"));

    assertThat(embedded.test().problems()).isEmpty();
    assertThat(ids()).containsExactly("residual.lens", "loss");
    Row row = model.rows().getFirst();
    assertThat(row.model()).isEqualTo("gpt2-4l");
    assertThat(row.text()).isEqualTo(SECOND);
    assertThat(row.parameters()).isEqualTo("top 3");
    assertThat(row.seconds()).isEqualTo(second.finished().wallSeconds());
    assertThat(row.folder()).startsWith(folder.resolve("results"));
    assertThat(model.rows().get(1).parameters()).isEmpty();

    model.choose(List.of("loss"));
    Shown.One shown = (Shown.One) model.detail().shown();
    assertThat(shown.changed()).isFalse();
    assertThat(shown.parts().document()).isEqualTo(first.document());
    assertThat(shown.parts().summary()).isEqualTo(first.summary());
    assertThat(shown.parts().figures()).isEqualTo(first.figures());
    embedded.services().project().undo();
    embedded.services().project().undo();
    assertThat(ids()).isEmpty();
  }

  @Test
  void runsOfASavedWorkspaceLieBesideIt() throws Exception {
    var project = embedded.services().project();
    project.saveAs(folder.resolve("study" + WorkspaceFile.ENDING));
    run("loss", FIRST, Map.of());

    assertThat(project.workspace().results().getFirst().folder())
        .matches("study\\.results/\\d{8}-\\d{6}-loss");
    assertThat(row("loss").folder()).startsWith(folder).isDirectory();
    project.close();
  }

  @Test
  void namesAndNotesAreFoundAndTakenBack() {
    run("loss", FIRST, Map.of());
    run("loss", SECOND, Map.of());
    model.choose(List.of("loss"));

    model.commands().annotate(model.chosen().getFirst(), "baseline", "repeats are easy");
    assertThat(((Shown.One) model.detail().shown()).row().note()).isEqualTo("repeats are easy");
    model.filterProperty().set("EASY base");
    assertThat(ids()).containsExactly("loss");
    model.filterProperty().set("drink");
    assertThat(ids()).containsExactly("loss-2");
    model.filterProperty().set("");

    embedded.services().project().undo();
    assertThat(model.chosen().getFirst().name()).isEqualTo(model.chosen().getFirst().title());
    assertThat(model.chosen().getFirst().note()).isEmpty();
  }

  @Test
  void twoAreComparedAsOnTheCommandLineWithTheEarlierAsA() throws Exception {
    run("loss", FIRST, Map.of());
    run("loss", SECOND, Map.of());
    run("residual.lens", SECOND, Map.of());
    Row b = row("loss-2");
    model.choose(List.of("loss-2"));

    model.compareWithBefore();

    Shown.Compared compared = (Shown.Compared) model.detail().shown();
    assertThat(compared.a().text()).isEqualTo(FIRST);
    var expected = Compare.stored(row("loss").folder(), b.folder(), 0);
    assertThat(compared.parts().document()).startsWith(Json.pretty(expected).substring(0, 2000));
    assertThat(compared.parts().figures()).isNotEmpty().isEqualTo(expected.figures());
    model.commands().copyCommand(compared);
    assertThat(embedded.test().copied().getLast())
        .isEqualTo("circuitscope compare %s %s".formatted(row("loss").folder(), b.folder()));

    model.choose(List.of("loss", "residual.lens"));
    Shown.Beside beside = (Shown.Beside) model.detail().shown();
    assertThat(beside.reason()).contains("only results of one analysis can be compared");
    assertThat(beside.ofB().document()).contains("top");
  }

  private Row row(String id) {
    return model.rows().stream().filter(row -> row.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void deletingAsksForTheFilesAndTakesNoneThatItDidNotMake() throws Exception {
    run("loss", FIRST, Map.of());
    Path kept = row("loss").folder();
    Path copy = folder.resolve("copy");
    StoredCopy.write(kept, copy);
    embedded.services().project().edit("add", all -> all.with(item("theirs", copy)));
    assertThat(copy.resolve("figures"))
        .isDirectoryContaining(file -> file.toString().endsWith(".svg"));

    embedded.test().confirms(false);
    model.choose(List.of("loss"));
    model.deleteChosen();
    assertThat(embedded.test().asked().getLast()).contains(kept.toString());
    assertThat(kept.resolve("result.json")).exists();
    assertThat(ids()).containsExactly("theirs");
    embedded.services().project().undo();
    assertThat(ids()).contains("loss");

    Path mine = Files.writeString(kept.resolve("mine.txt"), "notes");
    embedded.test().confirms(true);
    model.choose(List.of("loss", "theirs"));
    model.deleteChosen();
    assertThat(embedded.test().problems()).isEmpty();
    assertThat(kept).isDirectoryContaining("glob:**/mine.txt");
    assertThat(kept.toFile().list()).containsExactly(mine.getFileName().toString());
    assertThat(copy.resolve("result.json")).exists();

    embedded.services().project().undo();
    assertThat(row("loss").problem()).contains("Missing", "manifest.json");
    assertThat(row("theirs").problem()).isEmpty();
  }

  private Item.Result item(String id, Path result) {
    try {
      return Item.Result.of(id, result, embedded.services().project().places());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aDamagedResultIsAProblemOfItsOwn() throws Exception {
    run("loss", FIRST, Map.of());
    run("loss", SECOND, Map.of());
    Files.writeString(row("loss").folder().resolve("manifest.json"), "{\"analysis\": ");
    Files.writeString(row("loss-2").folder().resolve("result.json"), "{}");
    model.close();
    model = new ResultsViewModel(embedded.services());

    assertThat(row("loss").problem()).contains("manifest.json is not JSON");
    model.choose(List.of("loss"));
    assertThat(model.detail().shown()).isInstanceOf(Shown.Failed.class);
    model.choose(List.of("loss-2"));
    assertThat(((Shown.One) model.detail().shown()).changed()).isTrue();
  }

  @Test
  void askingAgainOpensThePageAsItWas() {
    run("residual.lens", SECOND, Map.of("top", "3"));
    Row row = row("residual.lens");

    model.commands().reopen(row);
    Map<String, Object> state = embedded.test().opened().get("analysis:residual.lens");
    AnalysisViewModel page =
        new AnalysisViewModel(
            embedded.services().analyses().get().find("residual.lens"), embedded.services());
    page.restore(java.util.Objects.requireNonNull(state));
    assertThat(page.input().choice().text()).isEqualTo(SECOND);
    assertThat(page.parameters().field("top").textProperty().get()).isEqualTo("3");
    assertThat(page.runnable().get()).isTrue();
    page.close();
    assertThat(embedded.test().said()).isEmpty();

    embedded.close();
    model.commands().reopen(row);
    assertThat(embedded.test().said().getLast()).isEqualTo("Open embedded:gpt2-4l to run it");
    embedded = new OpenEmbedded();
  }
}
