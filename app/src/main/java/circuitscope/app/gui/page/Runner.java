package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import java.util.Optional;
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
  private final BooleanBinding answered =
      Bindings.createBooleanBinding(() -> answer().isPresent(), state);
  private @Nullable Job<R> job;
  private @Nullable R answer;

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

  /**
   * The answer that the page goes on with and exports: the last one, which a run that failed or was
   * cancelled after it does not take away.
   */
  public Optional<R> answer() {
    return Optional.ofNullable(answer);
  }

  /** Whether there is an {@link #answer}. */
  public BooleanBinding answered() {
    return answered;
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
    R shown = state().shown().orElse(null);
    R before = answer;
    job = submitted;
    if (!submitted.state().ended()) {
      state.set(new RunState.Running<>(null, false, shown));
      submitted
          .stateProperty()
          .addListener(
              (property, old, now) -> {
                if (now instanceof JobState.Running<R>(var snapshot, boolean cancelling)) {
                  state.set(new RunState.Running<>(snapshot, cancelling, shown));
                }
              });
    }
    submitted.onEnd(end -> become(after(title, end, before)));
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
    become(new RunState.Shown<>(result));
  }

  /** The answer comes first: who hears of the state asks for it. */
  private void become(RunState<R> next) {
    if (next instanceof RunState.Shown<R>(R result)) {
      answer = result;
    }
    state.set(next);
  }

  public void cancel() {
    if (job != null) {
      job.cancel();
    }
  }
}
