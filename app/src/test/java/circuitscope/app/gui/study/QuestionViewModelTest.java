package circuitscope.app.gui.study;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.study.VariantsViewModel.Kind;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Sheet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuestionViewModelTest {
  private static final String TEXT = "The cat sat on the mat, and the cat sat on the";

  @TempDir Path folder;
  private final OpenEmbedded embedded = new OpenEmbedded();

  @AfterEach
  void close() {
    embedded.close();
  }

  private QuestionViewModel question(String analysis) {
    QuestionViewModel question =
        new QuestionViewModel(
            embedded.services().analyses().get().find(analysis), embedded.services());
    question.asked().input().textProperty().set(TEXT);
    return question;
  }

  @Test
  void eachColumnIsWhatItsMaskedModelGives() throws Exception {
    QuestionViewModel question = question("residual.lens");
    Path mask = embedded.mask(folder.resolve("masks"), 0.4, 3);
    question.variants().maskProperty().set(mask.toString());
    for (Kind kind : Kind.values()) {
      question.variants().property(kind).set(true);
    }
    question.run();

    Answer answer = question.runner().state().shown().orElseThrow();
    TokenInput input = new TokenInput.Prompt(TEXT, BosPolicy.AUTO);
    List<String> masks = List.of(mask.toString(), mask + ":complement", mask + ":random@0");
    assertThat(answer.columns())
        .extracting(Answer.Column::name)
        .containsExactly("full model", "subnetwork", "complement", "random control");
    assertThat(Json.pretty(answer.columns().getFirst().finished().result()))
        .isEqualTo(Json.pretty(embedded.run("residual.lens", Map.of(), input, null).result()));
    for (int i = 0; i < masks.size(); i++) {
      assertThat(Json.pretty(answer.columns().get(i + 1).finished().result()))
          .isEqualTo(
              Json.pretty(
                  embedded.runMasked("residual.lens", Map.of(), input, masks.get(i)).result()));
    }
    Sheet sheet = (Sheet) answer.outcome().figures().getFirst();
    assertThat(sheet.panels()).hasSize(4);
    assertThat(
            sheet.panels().stream()
                .map(panel -> ((Heatmap) panel).colours().range())
                .collect(Collectors.toSet()))
        .as("one colour scale")
        .hasSize(1)
        .doesNotContainNull();
  }

  @Test
  void theDataOfMaskedModelsCanBeWrittenAfterTheyAreClosed() {
    QuestionViewModel question = question("residual.norms");
    Path mask = embedded.mask(folder.resolve("masks"), 0.4, 3);
    question.variants().maskProperty().set(mask.toString());
    question.run();
    embedded.test().answer(folder);
    question.exportData();

    assertThat(embedded.test().problems()).isEmpty();
    for (String column : List.of("full-model", "subnetwork")) {
      assertThat(folder.resolve("residual.norms").resolve(column))
          .matches(place -> Files.exists(place.resolve("manifest.json")));
    }
  }

  @Test
  void theCopiedCommandsNameEachMask() {
    QuestionViewModel question = question("residual.norms");
    Path mask = embedded.mask(folder.resolve("masks"), 0.4, 3);
    question.variants().maskProperty().set(mask.toString());
    question.variants().property(Kind.COMPLEMENT).set(true);
    question.copyCommand();

    assertThat(embedded.test().copied().getFirst().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("circuitscope residual norms --model embedded:gpt2-4l"))
        .anyMatch(line -> line.contains("--mask " + mask + ":complement"));
    Path job = folder.resolve("job.yaml");
    embedded.test().answer(job);
    question.addToJob();
    assertThat(job)
        .content()
        .contains(mask + ":complement")
        .containsOnlyOnce("id: residual.norms\n")
        .containsIgnoringWhitespaces("analysis: residual.norms");
  }

  @Test
  void aMaskThatIsNotThereIsTheProblemOfTheRun() {
    QuestionViewModel question = question("residual.norms");
    question.variants().property(Kind.SUBNETWORK).set(true);
    assertThat(question.runnable().get()).isFalse();
    question.variants().maskProperty().set(folder.resolve("nothing.safetensors").toString());
    question.run();

    assertThat(question.runner().state())
        .isInstanceOfSatisfying(
            RunState.Failed.class,
            failed -> assertThat(failed.problem().happened()).contains("nothing.safetensors"));
  }

  @Test
  void aStateBringsThePageBack() {
    QuestionViewModel question = question("residual.norms");
    question.variants().property(Kind.RANDOM).set(true);
    question.variants().maskProperty().set("m.safetensors");
    question.folderProperty().set("out");
    QuestionViewModel other = question("residual.norms");
    other.restore(question.state());

    assertThat(other.state()).isEqualTo(question.state());
  }
}
