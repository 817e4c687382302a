package circuitscope.app.gui.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.subnetworks.train.TrainResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainViewModelTest {
  private static final Map<String, String> SMALL =
      Map.of("lambda", "1,100", "max-steps", "20", "batch", "2", "length", "16");

  @TempDir Path folder;
  private final OpenEmbedded embedded = new OpenEmbedded();
  private Path text;
  private Path bigrams;

  @BeforeEach
  void count() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), "the cat sat on the mat. ".repeat(200));
    bigrams = folder.resolve("bigrams.safetensors");
    CountViewModel page = new CountViewModel(embedded.services());
    assertThat(page.runnable().get()).isFalse();
    page.input().files().add(text);
    page.parameters().field("length").textProperty().set("16");
    page.outProperty().set(bigrams.toString());
    page.run();

    var counted = page.runner().state().shown().orElseThrow();
    try (NgramTable table = NgramTable.open(bigrams)) {
      assertThat(counted.ngrams()).isEqualTo(table.ngrams()).isPositive();
      assertThat(counted.contexts()).isEqualTo(table.contexts());
    }
    page.copyCommand();
    assertThat(embedded.test().copied())
        .containsExactly(
            "circuitscope bigrams count --model embedded:gpt2-4l --file %s --length 16 --order 2 --out %s"
                .formatted(text, bigrams));
  }

  @AfterEach
  void close() {
    embedded.close();
  }

  private TrainViewModel page(Path out) {
    TrainViewModel page = new TrainViewModel(embedded.services());
    page.question().asked().input().files().add(text);
    page.question().parameters().fill(SMALL);
    page.question().parameters().field("bigrams").textProperty().set(bigrams.toString());
    page.question().folderProperty().set(out.toString());
    return page;
  }

  @Test
  void masksAndCurvesAreThoseOfTheAnalysis() throws IOException {
    TrainViewModel page = page(folder.resolve("page"));
    page.start();

    assertThat(page.state()).isInstanceOf(TrainState.Done.class);
    Map<String, String> parameters = new java.util.HashMap<>(SMALL);
    parameters.put("bigrams", bigrams.toString());
    TrainResult expected =
        (TrainResult)
            embedded
                .run(
                    "subnetwork.train",
                    parameters,
                    new TokenInput.TextFiles(List.of(text)),
                    folder.resolve("own"))
                .result();
    for (String name : List.of("lambda-1.safetensors", "lambda-100.safetensors")) {
      assertThat(folder.resolve("page").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("own").resolve(name));
    }
    Live live = page.state().live();
    assertThat(live.total()).isEqualTo(expected.total());
    assertThat(live.courses()).extracting(Course::name).containsExactly("lambda-1", "lambda-100");
    for (int i = 0; i < 2; i++) {
      TrainResult.Trained trained = expected.masks().get(i);
      assertThat(live.finished().get(i).active()).isEqualTo(trained.active());
      assertThat(live.courses().get(i).points().getLast().kept())
          .isEqualTo(trained.curve().getLast().kept());
      assertThat((float) live.courses().get(i).points().getLast().lossNats())
          .isEqualTo(trained.curve().getLast().lossNats());
    }
    assertThat(live.distributions()).hasSize(2);
    assertThat(live.figures()).hasSize(3);
  }

  @Test
  void aPausedTrainingGoesOnAndAStoppedOneIsIdle() {
    embedded.jobs().hold();
    TrainViewModel page = page(folder.resolve("page"));
    page.start();
    assertThat(page.startable().get()).isFalse();
    page.pause();
    assertThat(page.state()).isInstanceOf(TrainState.Paused.class);
    page.resume();
    page.stop();
    assertThat(page.state()).isInstanceOf(TrainState.Idle.class);
    assertThat(page.startable().get()).isTrue();
  }

  @Test
  void aFolderThatHoldsATrainingIsNotOverwritten() {
    TrainViewModel page = page(folder.resolve("page"));
    page.start();
    page.start();
    assertThat(page.state())
        .isInstanceOfSatisfying(
            TrainState.Failed.class,
            failed -> assertThat(failed.problem().happened()).contains("--resume"));
    page.resume();
    assertThat(page.state()).isInstanceOf(TrainState.Done.class);
  }

  @Test
  void clickedUnitsAreGivenBackAsByTheCommand() {
    Path mask = embedded.mask(folder.resolve("masks"), 0.2, 5);
    QuestionViewModel question =
        new QuestionViewModel(
            embedded.services().analyses().get().find("subnetwork.compose"), embedded.services());
    UnitsViewModel units = new UnitsViewModel(question);
    assertThat(units.gridProperty().get()).isEqualTo(new UnitsViewModel.Grid(4, 8));
    question.parameters().field("greedy").textProperty().set("heads");
    units.toggle("L0H1");
    units.toggle("L2H3");
    units.toggle("L1.mlp");
    units.toggle("L2H3");
    assertThat(units.chosenProperty().get()).containsExactly("L0H1", "L1.mlp");
    Map<String, String> parameters =
        Map.of(
            "mask", mask.toString(),
            "bigrams", bigrams.toString(),
            "length", "16",
            "max-sequences", "4",
            "add", "L0H1,L1.mlp");
    question.parameters().fill(parameters);
    question.asked().input().files().add(text);
    question
        .asked()
        .input()
        .kindProperty()
        .set(circuitscope.app.gui.page.InputFormViewModel.Kind.FILES);
    question.run();

    TokenInput input = new TokenInput.TextFiles(List.of(text));
    assertThat(
            Json.pretty(
                question
                    .runner()
                    .state()
                    .shown()
                    .orElseThrow()
                    .columns()
                    .getFirst()
                    .finished()
                    .result()))
        .isEqualTo(
            Json.pretty(embedded.run("subnetwork.compose", parameters, input, null).result()));
  }
}
