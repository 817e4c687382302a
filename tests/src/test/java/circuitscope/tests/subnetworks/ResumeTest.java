package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training that is stopped goes on as if nothing had happened. */
final class ResumeTest {
  private static final String MASK = "lambda-0.5.safetensors";
  private static final String STATE = "lambda-0.5.training.safetensors";

  @TempDir Path temporary;
  private TinyModel tiny;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyModel(Precision.FP32);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  @Test
  void aResumedTrainingGivesTheSameFile() throws IOException {
    Path whole = temporary.resolve("whole");
    Path resumed = temporary.resolve("resumed");
    train(whole, 0.5, false, Progress.silent());
    assertThatThrownBy(() -> train(resumed, 0.5, false, cancelledAfter(40)))
        .isInstanceOf(CancelledException.class);
    assertThat(resumed.resolve(STATE)).exists();
    assertThat(resumed.resolve(MASK)).doesNotExist();

    train(resumed, 0.5, true, Progress.silent());

    assertThat(resumed.resolve(MASK)).hasSameBinaryContentAs(whole.resolve(MASK));
    assertThat(resumed.resolve(STATE)).doesNotExist();
  }

  @Test
  void withoutResumeNothingIsOverwritten() throws IOException {
    Path folder = temporary.resolve("masks");
    train(folder, 0.5, false, Progress.silent());
    assertThatThrownBy(() -> train(folder, 0.5, false, Progress.silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--resume");
  }

  @Test
  void aStateOfOtherSettingsIsRefused() throws IOException {
    Path folder = temporary.resolve("masks");
    assertThatThrownBy(() -> train(folder, 0.5, false, cancelledAfter(40)))
        .isInstanceOf(CancelledException.class);
    Path other = folder.resolve("lambda-2.training.safetensors");
    Files.move(folder.resolve(STATE), other);
    assertThatThrownBy(() -> train(folder, 2, true, Progress.silent()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("lambda");
  }

  @Test
  void aNegativeLambdaIsRefused() {
    assertThatThrownBy(() -> train(temporary.resolve("masks"), -1, false, Progress.silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lambda -1");
  }

  private void train(Path folder, double lambda, boolean resume, Progress progress) {
    Map<String, Object> settings = Map.of("lambda", lambda, "beta-growth", 1.01, "resume", resume);
    tiny.train(folder, settings, progress);
  }

  /** Cancels itself once that many steps are done. */
  private static Progress cancelledAfter(int steps) {
    Progress[] self = new Progress[1];
    self[0] =
        Progress.to(
            snapshot -> {
              if (snapshot.unit().equals("steps") && snapshot.done() >= steps) {
                self[0].cancel();
              }
            });
    return self[0];
  }
}
