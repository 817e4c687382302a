package circuitscope.app.gui.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JobTest {
  private final InlineJobs jobs = new InlineJobs();

  @Test
  void aCallbackThatComesLateIsCalledAtOnce() {
    List<String> heard = new ArrayList<>();
    Job<String> job = jobs.submit("greet", Jobs.FILES, progress -> "hello");

    job.onDone(heard::add).onFailed(failure -> heard.add("failed"));

    assertThat(job.state()).isEqualTo(new JobState.Done<>("hello"));
    assertThat(heard).containsExactly("hello");
  }

  @Test
  void whatGoesWrongIsAnAnswer() {
    IllegalStateException failure = new IllegalStateException("no");
    List<Throwable> heard = new ArrayList<>();

    jobs.submit(
            "fail",
            Jobs.FILES,
            progress -> {
              throw failure;
            })
        .onFailed(heard::add);

    assertThat(heard).containsExactly(failure);
  }

  @Test
  void aJobThatWaitsIsCancelledAtOnceAndNeverRuns() {
    List<String> ran = new ArrayList<>();
    Job<Boolean> job = jobs.hold().submit("wait", "cpu", progress -> ran.add("ran"));

    job.cancel();
    jobs.runNext();

    assertThat(job.state()).isEqualTo(new JobState.Cancelled<>());
    assertThat(ran).isEmpty();
  }

  @Test
  void workThatLooksAtItsProgressStopsWhenItIsCancelled() {
    Job<String> job =
        jobs.hold()
            .submit(
                "count",
                "cpu",
                progress -> {
                  progress.cancel();
                  progress.advance(1);
                  return "never";
                });

    jobs.runNext();

    assertThat(job.state()).isEqualTo(new JobState.Cancelled<>());
  }
}
