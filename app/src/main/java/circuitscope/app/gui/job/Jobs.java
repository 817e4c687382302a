package circuitscope.app.gui.job;

import circuitscope.probes.analysis.Progress;
import java.time.Duration;
import javafx.collections.ObservableList;

/**
 * Runs what takes longer than 50 milliseconds beside the window. Jobs of one queue run one after
 * the other. Everything here is called, and calls back, on the window's thread; only {@link Work}
 * runs elsewhere.
 */
public interface Jobs {
  /** The queue of work on files, which needs no device. */
  String FILES = "files";

  /** What a job does. */
  @FunctionalInterface
  interface Work<T> {
    /** Gives the answer; finds out at {@code progress} that it was cancelled. */
    T run(Progress progress) throws Exception;
  }

  /**
   * Queues a piece of work.
   *
   * @param title what it is, for the list of jobs: "Detect heads of gpt2-4l"
   * @param queue a device such as {@code cpu}, or {@link #FILES}
   */
  <T> Job<T> submit(String title, String queue, Work<T> work);

  /** Those that wait or run, in their order, then those that ended, the latest first. */
  ObservableList<Job<?>> all();

  /** Runs something on the window's thread again and again; gives the way to stop it. */
  Runnable every(Duration pause, Runnable tick);

  /** Cancels everything, and waits for it a short while. */
  void close();
}
