package circuitscope.probes.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final List<Progress.Snapshot> told = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final Progress progress = Progress.to(told::add, nanos::get);

  @Test
  void stepsDivideTheRangeOfTheWhole() {
    Progress load = progress.step("load", 0.25);
    load.begin(10, "tensors");
    load.advance(10);
    assertThat(told.getLast().fraction()).isEqualTo(0.25);

    Progress run = progress.step("run", 0.75);
    Progress first = run.step("first", 0.5);
    first.begin(4, "batches");
    first.advance(2);

    assertThat(told.getLast().message()).isEqualTo("run: first");
    assertThat(told.getLast().fraction()).isEqualTo(0.25 + 0.75 * 0.5 * 0.5);
  }

  @Test
  void rateAndTimeLeftFollowTheClock() {
    Progress loss = progress.step("loss", 1);
    loss.begin(100, "windows");
    nanos.set(5_000_000_000L);
    loss.advance(20);

    Progress.Snapshot now = told.getLast();
    assertThat(now.rate()).isEqualTo(4);
    assertThat(now.secondsLeft()).isCloseTo(20, within(1e-9));
  }

  @Test
  void nothingIsEstimatedFromTheFirstSecond() {
    Progress loss = progress.step("loss", 1);
    loss.begin(100, "windows");
    nanos.set(900_000_000L);
    loss.advance(20);
    assertThat(told.getLast().rate()).isZero();
    assertThat(told.getLast().secondsLeft()).isNaN();

    nanos.set(1_000_000_000L);
    loss.advance(5);
    assertThat(told.getLast().rate()).isEqualTo(25);
  }

  @Test
  void cancellingTheWholeStopsTheInnermostStep() {
    Progress inner = progress.step("outer", 1).step("inner", 1);
    inner.begin(3, "batches");
    progress.cancel();

    assertThatThrownBy(() -> inner.advance(1)).isInstanceOf(CancelledException.class);
    assertThat(inner.isCancelled()).isTrue();
  }
}
