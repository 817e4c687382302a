package circuitscope.tests.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job that is killed, as by kill -9, or ended as by Ctrl-C, is finished by running it again. */
final class KilledJobTest {
  private static final long TIMEOUT_SECONDS = 300;

  @TempDir Path folder;

  private Path job() throws IOException {
    return Files.writeString(
        folder.resolve("job.yaml"),
        """
        job: killed
        out: %s
        seeds: [1, 2, 3]
        figures: {formats: []}
        models:
          - embedded:gpt2-4l
          - {id: untrained, model: "random:../models-cache/embedded/gpt2-4l/config.json@1"}
        texts: {id: cat, text: The cat sat on the mat.}
        analyses:
          - {analysis: heads.detect, parameters: {period: 10, samples: 4}}
          - loss
          - residual.lens
        """
            .formatted(folder.resolve("out")));
  }

  /** Starts the job and waits until some of its 10 cells are done. */
  private Process begun(Path job, Path out) throws IOException, InterruptedException {
    Process process = Jobs.start(folder.resolve("said"), "run", job.toString());
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (Jobs.manifests(out).size() < 2 && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    return process;
  }

  /**
   * SIGTERM goes the way of Ctrl-C, whose own signal a process started in the background ignores.
   */
  @Test
  void aSignalEndsItInOrderAndTheRestRunsLater() throws Exception {
    Path job = job();
    Path out = folder.resolve("out/killed");
    Process process = begun(job, out);
    process.destroy();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(folder.resolve("said"));
    assertThat(process.exitValue()).as(said).isEqualTo(128 + 15); // SIGTERM
    assertThat(said).contains("cancelled");
    Map<String, FileTime> done = Jobs.manifests(out);
    assertThat(done).hasSizeBetween(2, 9);

    Jobs.Run resumed = Jobs.run("run", job.toString());
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).startsWith("10 done (%d before)".formatted(done.size()));
    assertThat(Jobs.manifests(out)).hasSize(10).containsAllEntriesOf(done);
  }

  @Test
  void onlyWhatWasNotDoneRunsAndThePageIsThatOfOneRun() throws Exception {
    Path job = job();
    Path out = folder.resolve("out/killed");

    Process process = begun(job, out);
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("said")))
        .isEqualTo(128 + 9); // SIGKILL
    Map<String, FileTime> done = Jobs.manifests(out);
    assertThat(done).hasSizeBetween(2, 9);
    assertThat(out.resolve("report.html")).doesNotExist();

    Jobs.Run resumed = Jobs.run("run", job.toString());

    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.out()).startsWith("10 done (%d before)".formatted(done.size()));
    assertThat(Jobs.manifests(out)).hasSize(10).containsAllEntriesOf(done);
    String page = Jobs.withoutTimes(out.resolve("report.html"));
    String numbers = Files.readString(out.resolve("results.csv"));

    Files.move(out, folder.resolve("aside"));
    assertThat(Jobs.run("run", job.toString()).exitCode()).isZero();
    assertThat(Jobs.withoutTimes(out.resolve("report.html"))).isEqualTo(page);
    assertThat(out.resolve("results.csv")).hasContent(numbers);
  }
}
