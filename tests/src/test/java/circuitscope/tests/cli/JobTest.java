package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobTest {
  @TempDir Path folder;

  private String job(String yaml) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, yaml.replace("OUT", folder.resolve("out").toString()));
    return file.toString();
  }

  @Test
  void cellsAreWrittenByModelTextAndAnalysis() throws IOException {
    String file =
        job(
            """
            job: small
            out: OUT
            models: embedded:gpt2-4l
            texts:
              - id: cat
                text: The cat sat on the mat.
              - id: dog
                text: The dog lay by the door of the ${NOT_SET:-house}.
            analyses:
              - loss
              - analysis: heads.detect
                parameters: {period: 10, samples: 2}
            """);

    Cli run = Cli.run("run", file);

    assertThat(run.exitCode()).as(run.err()).isZero();
    Path model = folder.resolve("out/small/gpt2-4l");
    assertThat(model.resolve("cat/loss/result.json")).isNotEmptyFile();
    assertThat(model.resolve("dog/loss/manifest.json")).isNotEmptyFile();
    assertThat(model.resolve("no-text/heads.detect/tables/heads.csv")).isNotEmptyFile();
    JsonNode report = new JsonMapper().readTree(folder.resolve("out/small/job.json").toFile());
    assertThat(report.path("cells").findValuesAsText("state")).containsOnly("DONE");
  }

  @Test
  void everyMistakeIsNamedAtOnceAndNothingRuns() throws IOException {
    String file =
        job(
            """
            job: wrong
            out: OUT
            on-error: perhaps
            models:
              - model: embedded:gpt9
              - model: embedded:gpt2-4l
                dtype: fp8
            texts:
              - id: cat
                text: ${CIRCUITSCOPE_NOT_SET}
            analyses:
              - analysis: los
              - analysis: sinks.rate
                texts: [cta]
                parameters: {epsilon: 7}
            """);

    Cli run = Cli.run("run", file);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("on-error: expected stop or go-on")
        .contains("models[0]: embedded:gpt9 does not exist")
        .contains("models[1].dtype: unknown dtype 'fp8'")
        .contains("texts[0].text: ${CIRCUITSCOPE_NOT_SET} is not set")
        .contains("analyses[0]: there is no analysis 'los' (did you mean 'loss'?)")
        .contains("analyses[1].parameters: epsilon: 7 is not a number, at least 0, at most 1")
        .contains("analyses[1].texts[0]: there is no text 'cta' (did you mean 'cat'?)")
        .contains("7 problems");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aFailingCellDoesNotStopTheOthersWhenTheJobGoesOn() throws IOException {
    String file =
        job(
            """
            job: failing
            out: OUT
            on-error: go-on
            models: embedded:gpt2-4l
            texts: {id: cat, text: The cat sat.}
            analyses:
              - analysis: sinks.rate
              - analysis: loss
            """);

    Cli run = Cli.run("run", file);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).startsWith("1 done, 1 failed, 0 not run");
    Path model = folder.resolve("out/failing/gpt2-4l/cat");
    assertThat(model.resolve("sinks.rate/failed.json"))
        .content()
        .contains("shorter than one sample of 64 tokens");
    assertThat(model.resolve("loss/result.json")).isNotEmptyFile();
  }

  @Test
  void shardsPartTheCellsAndADryRunRunsNone() throws IOException {
    String file =
        job(
            """
            out: OUT
            models: embedded:gpt2-4l
            analyses:
              - {id: a, analysis: heads.detect}
              - {id: b, analysis: heads.detect}
              - {id: c, analysis: heads.detect}
            """);

    JsonNode first = Cli.run("run", file, "--dry-run", "--shard", "1/2", "--json").json();
    JsonNode second = Cli.run("run", file, "--dry-run", "--shard", "2/2", "--json").json();

    assertThat(first.findValuesAsText("number")).containsExactly("1", "3");
    assertThat(second.findValuesAsText("number")).containsExactly("2");
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(Cli.run("run", file, "--shard", "0/2").exitCode()).isEqualTo(2);
  }
}
