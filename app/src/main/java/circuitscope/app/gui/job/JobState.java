package circuitscope.app.gui.job;

import circuitscope.probes.analysis.Progress;

/**
 * Where a job stands.
 *
 * @param <T> what it gives
 */
public sealed interface JobState<T> {
  /** Waits until its device is free. */
  record Queued<T>() implements JobState<T> {}

  /**
   * Works.
   *
   * @param cancelling whether it was asked to stop and has not yet
   */
  record Running<T>(Progress.Snapshot snapshot, boolean cancelling) implements JobState<T> {}

  record Done<T>(T value) implements JobState<T> {}

  record Failed<T>(Throwable failure) implements JobState<T> {}

  record Cancelled<T>() implements JobState<T> {}

  /** Whether nothing more will happen. */
  default boolean ended() {
    return !(this instanceof Queued<T> || this instanceof Running<T>);
  }
}
