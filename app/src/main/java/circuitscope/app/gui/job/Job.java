package circuitscope.app.gui.job;

import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/**
 * One piece of work beside the window; see {@link Jobs}. The callbacks run on the window's thread,
 * at once where the job has ended already.
 *
 * @param <T> what it gives
 */
public final class Job<T> {
  private final String title;
  private final String queue;
  private final Jobs.Work<T> work;
  private final ReadOnlyObjectWrapper<JobState<T>> state =
      new ReadOnlyObjectWrapper<>(new JobState.Queued<>());
  private final List<Consumer<JobState<T>>> callbacks = new ArrayList<>();
  private final Progress progress;

  Job(String title, String queue, Jobs.Work<T> work, Progress.Listener listener) {
    this.title = title;
    this.queue = queue;
    this.work = work;
    this.progress = Progress.to(listener);
  }

  public String title() {
    return title;
  }

  public String queue() {
    return queue;
  }

  public JobState<T> state() {
    return state.get();
  }

  public ReadOnlyObjectProperty<JobState<T>> stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** Asks it to stop; a job that waits is cancelled at once. */
  public void cancel() {
    progress.cancel();
    switch (state()) {
      case JobState.Queued<T> queued -> end(new JobState.Cancelled<>());
      case JobState.Running<T>(Progress.Snapshot snapshot, boolean ignored) ->
          state.set(new JobState.Running<>(snapshot, true));
      default -> {}
    }
  }

  /** Called once with the answer, if there is one. */
  public Job<T> onDone(Consumer<? super T> callback) {
    return onEnd(
        end -> {
          if (end instanceof JobState.Done<T>(T value)) {
            callback.accept(value);
          }
        });
  }

  /** Called once with what went wrong, if something does. */
  public Job<T> onFailed(Consumer<Throwable> callback) {
    return onEnd(
        end -> {
          if (end instanceof JobState.Failed<T>(Throwable failure)) {
            callback.accept(failure);
          }
        });
  }

  /** Called once when it is done, failed or cancelled. */
  public Job<T> onEnd(Consumer<JobState<T>> callback) {
    if (state().ended()) {
      callback.accept(state());
    } else {
      callbacks.add(callback);
    }
    return this;
  }

  boolean isCancelled() {
    return progress.isCancelled();
  }

  /** Does the work, on the calling thread; what goes wrong is an answer too. */
  JobState<T> work() {
    try {
      progress.checkCancelled();
      return new JobState.Done<>(work.run(progress));
    } catch (CancelledException e) {
      return new JobState.Cancelled<>();
    } catch (Throwable e) { // whatever it is belongs to the page that asked, not to this thread
      return new JobState.Failed<>(e);
    }
  }

  void running(Progress.Snapshot snapshot) {
    if (!state().ended()) {
      state.set(new JobState.Running<>(snapshot, isCancelled()));
    }
  }

  void end(JobState<T> end) {
    if (!state().ended()) {
      state.set(end);
      callbacks.forEach(callback -> callback.accept(end));
      callbacks.clear();
    }
  }
}
