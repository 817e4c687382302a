package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Problem;
import circuitscope.probes.analysis.Progress;
import org.jspecify.annotations.Nullable;

/** Where a training stands; one value, so that two contradictory things cannot be on screen. */
public sealed interface TrainState {
  /** What is known of the courses. */
  Live live();

  /** Nothing runs; what an earlier training showed may still be seen. */
  record Idle(Live live) implements TrainState {}

  /**
   * Trains, or waits for its device.
   *
   * @param snapshot null while it waits
   * @param ending what it was asked to do and has not done yet
   */
  record Training(Live live, Progress.@Nullable Snapshot snapshot, Ending ending)
      implements TrainState {}

  /** Stopped, its state on disk: it goes on from there. */
  record Paused(Live live) implements TrainState {}

  record Done(Live live, Outcome outcome) implements TrainState {}

  record Failed(Live live, Problem problem) implements TrainState {}

  /** How a running training is to end. */
  enum Ending {
    BY_ITSELF,
    PAUSE,
    STOP
  }

  default boolean training() {
    return this instanceof Training;
  }
}
