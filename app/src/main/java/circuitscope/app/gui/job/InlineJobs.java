package circuitscope.app.gui.job;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/**
 * Jobs on the calling thread, for tests of view-models: at once, or when {@link #runNext} says so.
 */
public final class InlineJobs implements Jobs {
  private final ObservableList<Job<?>> all = FXCollections.observableArrayList();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final List<Runnable> ticks = new ArrayList<>();
  private boolean held;

  /** From now on jobs wait for {@link #runNext}. */
  public InlineJobs hold() {
    held = true;
    return this;
  }

  /** Runs the job that waits longest. */
  public void runNext() {
    waiting.remove().run();
  }

  @Override
  public <T> Job<T> submit(String title, String queue, Work<T> work) {
    Job<T> job = new Job<>(title, queue, work, snapshot -> {});
    all.addFirst(job);
    if (held) {
      waiting.add(() -> job.end(job.work()));
    } else {
      job.end(job.work());
    }
    return job;
  }

  @Override
  public ObservableList<Job<?>> all() {
    return all;
  }

  @Override
  public Runnable every(Duration pause, Runnable tick) {
    ticks.add(tick);
    return () -> ticks.remove(tick);
  }

  /** Lets the time pass that all repeated work waits for. */
  public void tick() {
    List.copyOf(ticks).forEach(Runnable::run);
  }

  @Override
  public void close() {
    all.forEach(Job::cancel);
  }
}
