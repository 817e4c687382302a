package circuitscope.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.analysis.Progress;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  @Test
  void aLineTellsShareCountRateAndTimeLeft() {
    Progress.Snapshot windows =
        new Progress.Snapshot("loss", 0.42, 1204, 2870, "windows", 310.2, 5.37);
    assertThat(ProgressLine.line(windows))
        .isEqualTo("loss  42 %  1,204 of 2,870 windows  310 windows/s  5 s left");
  }

  @Test
  void bytesAreToldInMegabytes() {
    Progress.Snapshot unpacking =
        new Progress.Snapshot(
            "unpacking libtorch (once)", 0.1, 44_800_000, 448_000_000, "bytes", 90e6, 4.5);
    assertThat(ProgressLine.line(unpacking))
        .isEqualTo("unpacking libtorch (once)  10 %  44.8 MB of 448.0 MB  90.0 MB/s  5 s left");
  }

  @Test
  void longTimesAreToldInMinutesAndHours() {
    assertThat(ProgressLine.duration(59.4)).isEqualTo("59 s");
    assertThat(ProgressLine.duration(61)).isEqualTo("1 min 01 s");
    assertThat(ProgressLine.duration(7260)).isEqualTo("2 h 01 min");
  }
}
