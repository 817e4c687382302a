package circuitscope.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.model.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RelaunchTest {
  @Test
  void onlyACommandThatAsksForTf32NeedsAProcessOfItsOwn() {
    assertThat(Relaunch.needed(Map.of(), "loss", "--dtype", "tf32")).isTrue();
    assertThat(Relaunch.needed(Map.of(), "loss", "--dtype=tf32")).isTrue();
    assertThat(Relaunch.needed(Map.of(), "run", "job.yaml", "--process-dtype", "tf32")).isTrue();
    assertThat(Relaunch.needed(Map.of(), "loss", "--dtype", "fp32")).isFalse();
    assertThat(Relaunch.needed(Map.of(), "loss", "--text", "tf32")).isFalse();
  }

  @Test
  void aProcessThatWasStartedForTf32DoesTheWorkItself() {
    assertThat(Relaunch.needed(Map.of(Precision.TF32_VARIABLE, "1"), "loss", "--dtype", "tf32"))
        .isFalse();
  }

  @Test
  void withoutTheLauncherOfAnImageNothingIsStarted() {
    assertThat(Relaunch.ifNeeded("loss", "--dtype", "tf32")).isEmpty();
  }
}
