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
        .contains("job.yaml:3:1: on-error: expected stop or go-on")
        .contains("job.yaml:5:5: models[0]: embedded:gpt9 does not exist")
        .contains("job.yaml:7:5: models[1].dtype: unknown dtype 'fp8'")
        .contains("job.yaml:10:5: texts[0].text: ${CIRCUITSCOPE_NOT_SET} is not set")
        .contains("job.yaml:12:5: analyses[0]: there is no analysis 'los' (did you mean 'loss'?)")
        .contains(
            "job.yaml:15:18: analyses[1].parameters.epsilon: 7 is not a number, at least 0, at most"
                + " 1")
        .contains(
            "job.yaml:14:13: analyses[1].texts[0]: there is no text 'cta' (did you mean 'cat'?)")
        .contains("7 problems");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatIsOutsideModelsTextsAndAnalysesIsCheckedToo() throws IOException {
    String file =
        job(
            """
            out: OUT
            layout: "{model}/{analysis}"
            device: gpu
            seed: 1
            seeds: [1, 1]
            figures: {formats: [svg, jpg], width: 5mm}
            models:
              - {model: "embedded:gpt2-4l", mask: nowhere.safetensors}
            texts:
              - {id: cat, text: The cat sat.}
              - {id: dog, text: The dog lay.}
            analyses:
              - {analysis: loss, seeds: [1]}
              - {analysis: heads.detect, parameters: {sede: 1}}
            """);

    Cli run = Cli.run("run", file);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().map(String::strip))
        .anyMatch(line -> line.contains("job.yaml:2:1: layout: more than one cell"))
        .anyMatch(line -> line.contains("job.yaml:3:1: device: 'gpu' is not cpu, cuda"))
        .anyMatch(line -> line.contains("job.yaml:4:1: seed: seed and seeds exclude each other"))
        .anyMatch(line -> line.contains("job.yaml:5:12: seeds[1]: the seed 1 stands here twice"))
        .anyMatch(line -> line.contains("job.yaml:6:26: figures.formats[1]: 'jpg' is not svg"))
        .anyMatch(line -> line.contains("job.yaml:6:32: figures.width: figure width 5.0 mm"))
        .anyMatch(line -> line.contains("job.yaml:8:33: models[0].mask: nowhere.safetensors"))
        .anyMatch(line -> line.contains("job.yaml:13:22: analyses[0].seeds: loss has no seed"))
        .anyMatch(
            line -> line.contains("job.yaml:14:43: analyses[1].parameters.sede: there is no"));
    assertThat(run.err()).contains("9 problems");
  }

  @Test
  void aFileThatIsNoYamlIsToldByItsLine() throws IOException {
    String file = job("models: [embedded:gpt2-4l\ntexts: {\n");

    assertThat(Cli.run("run", file).err()).contains("job.yaml:2:").contains("1 problem");
    assertThat(Cli.run("run", job("job: a\njob: b\n")).err()).contains("Duplicate");
  }

  @Test
  void aFailingCellDoesNotStopTheOthersUnlessTheJobSaysSo() throws IOException {
    String file =
        job(
            """
            job: failing
            out: OUT
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
    assertThat(folder.resolve("out/failing/report.html"))
        .content()
        .contains("shorter than one sample of 64 tokens");

    Path stopping = folder.resolve("stopping.yaml");
    Files.writeString(
        stopping, Files.readString(Path.of(file)).replace("job: failing", "on-error: stop"));
    Cli stopped = Cli.run("run", stopping.toString());
    assertThat(stopped.exitCode()).isEqualTo(1);
    assertThat(stopped.out()).startsWith("0 done, 1 failed, 1 not run");
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

    assertThat(first.path("unknown").asInt()).as("of two cells, no time is known").isEqualTo(2);
    assertThat(first.findValuesAsText("number")).containsExactly("1", "3");
    assertThat(second.findValuesAsText("number")).containsExactly("2");
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(Cli.run("run", file, "--shard", "0/2").exitCode()).isEqualTo(2);
  }
}
