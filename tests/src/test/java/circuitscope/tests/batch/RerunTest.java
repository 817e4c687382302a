package circuitscope.tests.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second run does what changed, and nothing else. */
final class RerunTest {
  @TempDir Path folder;
  private Path out;
  private Path cat;

  @BeforeEach
  void aFinishedJob() throws IOException {
    out = folder.resolve("out/job");
    cat = Files.writeString(folder.resolve("cat.txt"), "The cat sat on the mat.\n");
    Files.writeString(folder.resolve("dog.txt"), "The dog lay by the door of the house.\n");
    Jobs.Run first = Jobs.run("run", job("512"));
    assertThat(first.exitCode()).as(first.err()).isZero();
  }

  private String job(String context) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(
        file,
        """
        out: %1$s/out
        npz: yes
        figures: {formats: [svg], width: 85mm}
        models: embedded:gpt2-4l
        texts:
          - file: %1$s/cat.txt
          - file: %1$s/dog.txt
        analyses:
          - {analysis: loss, parameters: {context: %2$s}}
          - {analysis: trace, texts: [cat], parameters: {sites: blocks.0.attn.hook_pattern}}
        """
            .formatted(folder, context));
    return file.toString();
  }

  private Map<String, FileTime> rerun(String done, String... more) throws IOException {
    String[] arguments = new String[more.length + 2];
    arguments[0] = "run";
    arguments[1] = folder.resolve("job.yaml").toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    Jobs.Run run = Jobs.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith(done);
    return Jobs.manifests(out);
  }

  @Test
  void whatDidNotChangeIsKept() throws IOException {
    Map<String, FileTime> before = Jobs.manifests(out);
    assertThat(before).hasSize(3);

    Files.setLastModifiedTime(cat, FileTime.fromMillis(0)); // the same bytes at another time
    assertThat(rerun("3 done (3 before)")).isEqualTo(before);

    Files.writeString(cat, "The cat sat on the hat.\n");
    Map<String, FileTime> edited = rerun("3 done (1 before)");
    assertThat(edited.get("gpt2-4l/dog/loss")).isEqualTo(before.get("gpt2-4l/dog/loss"));
    assertThat(edited.get("gpt2-4l/cat/loss")).isNotEqualTo(before.get("gpt2-4l/cat/loss"));

    job("256");
    assertThat(rerun("3 done (1 before)").get("gpt2-4l/cat/trace"))
        .isEqualTo(edited.get("gpt2-4l/cat/trace"));

    assertThat(rerun("3 done, 0 failed", "--force").get("gpt2-4l/dog/loss"))
        .isNotEqualTo(edited.get("gpt2-4l/dog/loss"));
  }

  @Test
  void aRecordWithoutItsResultCountsForNothing() throws IOException {
    Files.delete(out.resolve("gpt2-4l/cat/loss/manifest.json"));
    rerun("3 done (2 before)");
  }

  @Test
  void figuresAndTensorsAreAsTheJobAsks() throws IOException {
    assertThat(out.resolve("gpt2-4l/cat/trace/tensors.npz")).isNotEmptyFile();
    assertThat(out.resolve("gpt2-4l/cat/loss/figures")).isDirectoryContaining("glob:**.svg");
    assertThat(out.resolve("gpt2-4l/cat/loss/figures")).isDirectoryNotContaining("glob:**.png");
  }

  @Test
  void aDryRunTellsWhatEarlierRunsMeasured() throws IOException {
    job("128");
    Jobs.Run dry = Jobs.run("run", folder.resolve("job.yaml").toString(), "--dry-run", "--json");
    JsonNode plan = new JsonMapper().readTree(dry.out());

    JsonNode loss = plan.at("/cells/0");
    assertThat(loss.path("done").asBoolean()).isFalse();
    assertThat(loss.path("seconds").asDouble()).isPositive();
    assertThat(loss.path("basis").asText()).contains("measured").contains("other parameters");
    assertThat(loss.path("host_bytes").asLong()).isGreaterThan(100_000_000);
    assertThat(loss.path("disk_bytes").asLong()).isPositive();
    assertThat(plan.at("/cells/2/done").asBoolean()).as("the trace").isTrue();
    assertThat(plan.path("unknown").asInt()).isZero();
  }
}
