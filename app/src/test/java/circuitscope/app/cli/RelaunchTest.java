package circuitscope.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RelaunchTest {
  @Test
  void onlyACommandThatAsksForTf32NeedsAProcessOfItsOwn() {
    assertThat(Relaunch.missing(Map.of(), "loss", "--dtype", "tf32"))
        .containsEntry(Precision.TF32_VARIABLE, "1");
    assertThat(Relaunch.missing(Map.of(), "loss", "--dtype=tf32"))
        .containsEntry(Precision.TF32_VARIABLE, "1");
    assertThat(Relaunch.missing(Map.of(), "run", "job.yaml", "--process-dtype", "tf32"))
        .containsEntry(Precision.TF32_VARIABLE, "1");
    assertThat(Relaunch.missing(Map.of(), "loss", "--dtype", "fp32")).isEmpty();
    assertThat(Relaunch.missing(Map.of(), "loss", "--text", "tf32")).isEmpty();
  }

  @Test
  void aProcessThatWasStartedForTf32DoesTheWorkItself() {
    assertThat(Relaunch.missing(Map.of(Precision.TF32_VARIABLE, "1"), "loss", "--dtype", "tf32"))
        .isEmpty();
  }

  @Test
  void aLibtorchOfOnesOwnNeedsItsFlavour(@TempDir Path folder) throws IOException {
    Map<String, String> own = Map.of("PYTORCH_LIBRARY_PATH", folder.toString());
    assertThat(Relaunch.missing(own, "doctor")).containsExactly(Map.entry("PYTORCH_FLAVOR", "cpu"));
    Files.createFile(folder.resolve("libtorch_cuda.so"));
    assertThat(Relaunch.missing(own, "doctor"))
        .containsExactly(Map.entry("PYTORCH_FLAVOR", "cu128"));
  }

  @Test
  void withoutTheLauncherOfAnImageNothingIsStarted() {
    assertThat(Relaunch.ifNeeded("loss", "--dtype", "tf32")).isEmpty();
  }
}
