package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trainer that is killed, as by kill -9, goes on as if nothing had happened. */
final class KilledTrainingTest {
  private static final long TIMEOUT_SECONDS = 300;
  private static final Path TINY = Path.of("golden", "mask-training");

  @TempDir Path folder;

  @Test
  void whatAKilledTrainerLeftIsFinishedToTheSameBytes() throws Exception {
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    assertThat(Cli.run(train(whole)).exitCode()).isZero();

    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(train(killed)));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    Path state = killed.resolve("lambda-0.5.training.safetensors");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (Files.notExists(state) && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(5);
    }
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("said")))
        .isEqualTo(128 + 9); // SIGKILL
    assertThat(state).exists();
    assertThat(killed.resolve("lambda-0.5.safetensors")).doesNotExist();

    List<String> resume = new ArrayList<>(List.of(train(killed)));
    resume.add("--resume");
    Cli resumed = Cli.run(resume.toArray(String[]::new));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();

    for (String name : List.of("lambda-0.5.safetensors", "lambda-0.5.curve.jsonl")) {
      assertThat(killed.resolve(name)).hasSameBinaryContentAs(whole.resolve(name));
    }
    assertThat(state).doesNotExist();
  }

  private static String[] train(Path out) {
    return new String[] {
      "subnetwork", "train",
      "--model", TINY.toString(),
      "--ids", TINY.resolve("tokens.safetensors") + ":input_ids",
      "--bigrams", TINY.resolve("bigrams.safetensors").toString(),
      "--lambda", "0.5",
      "--max-steps", "400",
      "--beta-growth", "1.003",
      "--learning-rate", "1e-3",
      "--batch", "4",
      "--length", "16",
      "--attempts", "1",
      "--save-every", "0",
      "--validate-every", "100",
      "--validation", TINY.resolve("tokens.safetensors") + ":input_ids",
      "--device", "cpu",
      "--out", out.toString()
    };
  }
}
