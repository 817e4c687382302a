package circuitscope.app.gui.page;

import circuitscope.probes.analysis.Progress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a page stands; one value, so that two contradictory things cannot be on screen.
 *
 * @param <R> what is shown
 */
public sealed interface RunState<R> {
  /** Nothing was run yet. */
  record Idle<R>() implements RunState<R> {}

  /**
   * A job waits or works.
   *
   * @param snapshot null while it waits for its device
   * @param previous what was shown before, and still is
   */
  record Running<R>(Progress.@Nullable Snapshot snapshot, boolean cancelling, @Nullable R previous)
      implements RunState<R> {}

  record Shown<R>(R result) implements RunState<R> {}

  record Failed<R>(Problem problem) implements RunState<R> {}

  /** What is on screen, if anything. */
  default Optional<R> shown() {
    return switch (this) {
      case Shown<R>(R result) -> Optional.of(result);
      case Running<R> running -> Optional.ofNullable(running.previous());
      case Idle<R> idle -> Optional.empty();
      case Failed<R> failed -> Optional.empty();
    };
  }

  default boolean running() {
    return this instanceof Running<R>;
  }
}
