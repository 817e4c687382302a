package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Runs a page's question, one job at a time, and keeps where it stands. What comes of it joins the
 * project's results: see {@link Answered}.
 *
 * @param <R> the answer, ready to be shown: plain values
 */
public final class Runner<R> {
  private final Services services;
  private final ReadOnlyObjectWrapper<RunState<R>> state =
      new ReadOnlyObjectWrapper<>(new RunState.Idle<>());
  private final BooleanBinding running = Bindings.createBooleanBinding(this::works, state);
  private @Nullable Job<R> job;

  public Runner(Services services) {
    this.services = services;
  }

  public ReadOnlyObjectProperty<RunState<R>> stateProperty() {
    return state.getReadOnlyProperty();
  }

  public RunState<R> state() {
    return state.get();
  }

  public BooleanBinding running() {
    return running;
  }

  private boolean works() {
    return state.get().running();
  }

  /** Runs work on a model; does nothing while something runs. */
  public void run(LoadedModel model, String title, Jobs.Work<R> work) {
    if (!state().running()) {
      follow(title, services.models().submit(model, title, work));
    }
  }

  /** Runs work that needs no model. */
  public void run(String queue, String title, Jobs.Work<R> work) {
    if (!state().running()) {
      follow(title, services.jobs().submit(title, queue, work));
    }
  }

  private void follow(String title, Job<R> submitted) {
    R before = state().shown().orElse(null);
    job = submitted;
    if (!submitted.state().ended()) {
      state.set(new RunState.Running<>(null, false, before));
      submitted
          .stateProperty()
          .addListener(
              (property, old, now) -> {
                if (now instanceof JobState.Running<R>(var snapshot, boolean cancelling)) {
                  state.set(new RunState.Running<>(snapshot, cancelling, before));
                }
              });
    }
    submitted.onEnd(end -> state.set(after(title, end, before)));
    submitted.onDone(answer -> new KeptRuns(services).keep(answer, before));
  }

  private static <R> RunState<R> after(String title, JobState<R> end, @Nullable R before) {
    return switch (end) {
      case JobState.Done<R>(R value) -> new RunState.Shown<>(value);
      case JobState.Failed<R>(Throwable failure) ->
          new RunState.Failed<>(Problem.of(Texts.SHARED.get("problem.run", title), failure));
      default -> before == null ? new RunState.Idle<>() : new RunState.Shown<>(before);
    };
  }

  /** Shows something that was not run here: a stored result. */
  public void show(R result) {
    state.set(new RunState.Shown<>(result));
  }

  public void cancel() {
    if (job != null) {
      job.cancel();
    }
  }
}
