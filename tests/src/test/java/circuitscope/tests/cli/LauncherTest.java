package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process: bin/circuitscope as a user starts it. */
final class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "bin", "circuitscope").toAbsolutePath();

  /** A first start may build and unpack. */
  private static final long TIMEOUT_SECONDS = 400;

  @TempDir Path folder;

  private Process start(Path launcher, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(Stream.of(launcher.toString()), Arrays.stream(arguments)).toList();
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("PYTORCH_LIBRARY_PATH"); // the CPU build, on any machine
    return builder
        .directory(folder.toFile())
        .redirectError(folder.resolve("err").toFile())
        .redirectOutput(folder.resolve("out").toFile())
        .start();
  }

  private int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    return process.exitValue();
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  @Test
  void worksThroughALinkFromAnyFolder() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("cs"), LAUNCHER.toRealPath());

    int code = exitCode(start(link, "version", "--json"));

    assertThat(code).as(err()).isZero();
    assertThat(new JsonMapper().readTree(out()).path("djl").asText()).isEqualTo("0.35.1");
  }

  @Test
  void relativePathsAreTheCallers() throws Exception {
    Files.writeString(folder.resolve("book.txt"), "The cat sat on the mat.");

    int code =
        exitCode(
            start(
                LAUNCHER,
                "loss",
                "--model",
                Cli.MODEL,
                "--file",
                "book.txt",
                "--out",
                "result",
                "--json"));

    assertThat(code).as(err()).isZero();
    assertThat(new JsonMapper().readTree(out()).path("loss_nats").asDouble()).isPositive();
    assertThat(folder.resolve("result/manifest.json")).isNotEmptyFile();
  }

  @Test
  void aMistakeExitsWithTwoAndPrintsNothingOnStandardOutput() throws Exception {
    int code = exitCode(start(LAUNCHER, "los"));

    assertThat(code).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).contains("did you mean 'loss'?");
  }

  @Test
  void anotherLibtorchIsRefusedBeforeTheEngineStarts() throws Exception {
    Path lib = Files.createDirectories(folder.resolve("torch/lib"));
    Files.createFile(lib.resolve("libtorch_cpu.so"));
    Files.writeString(folder.resolve("torch/version.py"), "__version__ = '2.11.0+cu130'\n");
    ProcessBuilder builder =
        new ProcessBuilder(
            LAUNCHER.toString(), "loss", "--model", Cli.MODEL, "--text", "The cat sat.");
    builder.environment().put("PYTORCH_LIBRARY_PATH", lib.toString());
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(exitCode(process)).isEqualTo(2);
    assertThat(said).contains("libtorch 2.11.0, and Circuitscope needs 2.7.1 exactly");
  }

  @Test
  void aJobThatMixesFormatsPrintsOneDocument() throws Exception {
    Files.writeString(
        folder.resolve("job.yaml"),
        """
        job: mixed
        out: results
        on-error: go-on
        models:
          - {id: rounded, model: "embedded:gpt2-4l", dtype: tf32}
          - {id: plain, model: "embedded:gpt2-4l"}
        texts: {id: cat, text: The cat sat.}
        analyses: loss
        """);

    int code = exitCode(start(LAUNCHER, "run", "job.yaml", "--json"));

    assertThat(code).as(err()).isEqualTo(1);
    var cells = new JsonMapper().readTree(out()).path("cells");
    assertThat(cells.findValuesAsText("number")).containsExactly("1", "2");
    assertThat(cells.findValuesAsText("state")).containsExactly("FAILED", "DONE");
    assertThat(cells.path(0).path("problem").asText()).contains("tf32 needs a CUDA device");
    assertThat(new JsonMapper().readTree(folder.resolve("results/mixed/job.json").toFile()))
        .isEqualTo(new JsonMapper().readTree(out()));
    assertThat(folder.resolve("results/mixed/job-tf32.json")).doesNotExist();
  }

  @Test
  void ctrlCExitsWith130AndLeavesNoHalfWrittenFile() throws Exception {
    Files.writeString(folder.resolve("book.txt"), "The cat sat on the mat. ".repeat(200_000));
    Process process =
        start(LAUNCHER, "loss", "--model", Cli.MODEL, "--file", "book.txt", "--out", "result");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!err().contains("loss  ") && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }

    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

    assertThat(exitCode(process)).as(err()).isEqualTo(130);
    assertThat(err()).endsWith("circuitscope: cancelled\n");
    assertThat(out()).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("book.txt", "out", "err");
    }
  }
}
