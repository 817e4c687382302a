package circuitscope.app.gui.job;

import circuitscope.probes.analysis.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import javafx.application.Platform;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** Jobs on one thread a queue. The one place that hands work to the window's thread. */
public final class ExecutorJobs implements Jobs {
  /** Twenty reports a second are as many as one can see. */
  private static final long NANOS_BETWEEN_REPORTS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final long SECONDS_TO_CLOSE = 3;
  private static final int KEPT_ENDED = 30;

  private static final Progress.Snapshot STARTED =
      new Progress.Snapshot("", 0, 0, 0, "", 0, Double.NaN);

  private final Map<String, ExecutorService> queues = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(daemon("window clock"));
  private final ObservableList<Job<?>> all = FXCollections.observableArrayList();

  @Override
  public <T> Job<T> submit(String title, String queue, Work<T> work) {
    Reports<T> reports = new Reports<>();
    Job<T> job = new Job<>(title, queue, work, reports);
    reports.job = job;
    all.add(Math.toIntExact(all.stream().filter(one -> !one.state().ended()).count()), job);
    job.onEnd(end -> moveToEnded(job));
    ExecutorService thread =
        queues.computeIfAbsent(
            queue, name -> Executors.newSingleThreadExecutor(daemon("jobs of " + name)));
    thread.execute(
        () -> {
          if (!job.isCancelled()) {
            onWindowThread(() -> job.running(STARTED));
          }
          JobState<T> end = job.work();
          onWindowThread(() -> job.end(end));
        });
    return job;
  }

  private void moveToEnded(Job<?> job) {
    all.remove(job);
    all.add(Math.toIntExact(all.stream().filter(one -> !one.state().ended()).count()), job);
    while (all.size() > KEPT_ENDED && all.getLast().state().ended()) {
      all.removeLast();
    }
  }

  @Override
  public ObservableList<Job<?>> all() {
    return all;
  }

  @Override
  public Runnable every(Duration pause, Runnable tick) {
    AtomicBoolean waiting = new AtomicBoolean();
    Runnable handOver =
        () -> {
          if (waiting.compareAndSet(false, true)) {
            onWindowThread(
                () -> {
                  waiting.set(false);
                  tick.run();
                });
          }
        };
    ScheduledFuture<?> repeated =
        clock.scheduleWithFixedDelay(
            handOver, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    return () -> repeated.cancel(false);
  }

  @Override
  public void close() {
    all.stream().filter(job -> !job.state().ended()).toList().forEach(Job::cancel);
    clock.shutdownNow();
    queues.values().forEach(ExecutorService::shutdown);
    try {
      for (ExecutorService queue : queues.values()) {
        if (!queue.awaitTermination(SECONDS_TO_CLOSE, TimeUnit.SECONDS)) {
          throw new RejectedExecutionException("a job did not stop");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException e) {
      // Its thread is a daemon and ends with the process.
      queues.clear();
    }
  }

  private static void onWindowThread(Runnable step) {
    try {
      Platform.runLater(step);
    } catch (IllegalStateException e) {
      // The window is gone, and with it whoever wanted to know.
      Thread.currentThread().interrupt();
    }
  }

  private static java.util.concurrent.ThreadFactory daemon(String name) {
    return work -> Thread.ofPlatform().daemon().name(name).unstarted(work);
  }

  /** Tells the latest state of the work, not every one. */
  private static final class Reports<T> implements Progress.Listener {
    private final AtomicReference<Progress.@Nullable Snapshot> latest = new AtomicReference<>();
    private final AtomicLong reported = new AtomicLong(System.nanoTime());
    private volatile @Nullable Job<T> job;

    @Override
    public void changed(Progress.Snapshot snapshot) {
      long now = System.nanoTime();
      long before = reported.get();
      if (now - before < NANOS_BETWEEN_REPORTS || !reported.compareAndSet(before, now)) {
        return;
      }
      Job<T> told = job;
      if (told != null && latest.getAndSet(snapshot) == null) {
        onWindowThread(
            () -> {
              Progress.Snapshot newest = latest.getAndSet(null);
              if (newest != null) {
                told.running(newest);
              }
            });
      }
    }
  }
}
