package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.KeptRuns;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.subnetworks.TrainState.Ending;
import circuitscope.app.session.AnalysisRun;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * Trains masks and follows them. A pause is a cancelled job whose state lies in the folder; going
 * on is {@code subnetwork train --resume}, to the same bytes as if nothing had happened.
 */
public final class TrainViewModel {
  /** Five looks a second are enough to follow a curve. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final String ID = "subnetwork.train";

  private final QuestionViewModel question;
  private final Services services;
  private final ReadOnlyObjectWrapper<TrainState> state =
      new ReadOnlyObjectWrapper<>(new TrainState.Idle(Live.NOTHING));
  private final AtomicReference<Live> latest = new AtomicReference<>(Live.NOTHING);
  private final BooleanBinding startable;
  private @Nullable Job<Outcome> job;
  private @Nullable Runnable endLooking;

  public TrainViewModel(Services services) {
    this.services = services;
    this.question = new QuestionViewModel(services.analyses().get().find(ID), services);
    question.asked().input().kindProperty().set(InputFormViewModel.Kind.FILES);
    var folder = question.folderProperty();
    this.startable =
        question
            .runnable()
            .and(Bindings.createBooleanBinding(() -> !folder.get().isBlank(), folder))
            .and(Bindings.createBooleanBinding(() -> !state.get().training(), state));
  }

  /** Model, text, parameters and folder. */
  public QuestionViewModel question() {
    return question;
  }

  public ReadOnlyObjectProperty<TrainState> stateProperty() {
    return state.getReadOnlyProperty();
  }

  public TrainState state() {
    return state.get();
  }

  /** Whether a training can begin or go on: everything is given and none runs. */
  public BooleanBinding startable() {
    return startable;
  }

  /** Begins; refused by the analysis where the folder holds an earlier training. */
  public void start() {
    train(false);
  }

  /** Goes on with what lies in the folder: a paused training, or one that was killed. */
  public void resume() {
    train(true);
  }

  /** Stops so that it can go on. */
  public void pause() {
    end(Ending.PAUSE);
  }

  /** Stops; finished masks stay, and so does the state of the unfinished one. */
  public void stop() {
    end(Ending.STOP);
  }

  private void end(Ending ending) {
    if (job != null && state() instanceof TrainState.Training(Live live, var snapshot, var old)) {
      state.set(new TrainState.Training(live, snapshot, ending));
      job.cancel();
    }
  }

  private void train(boolean resumed) {
    LoadedModel model = question.asked().model().get();
    if (model == null || !startable.get()) {
      return;
    }
    Map<String, String> written = new LinkedHashMap<>(question.parameters().written());
    if (resumed) {
      written.put("resume", "true");
    }
    Analysis<?, ?> analysis = question.asked().analysis();
    InputFormViewModel.Choice input = question.asked().input().choice();
    Path folder = Path.of(question.folderProperty().get().strip());
    latest.set(resumed ? state().live() : Live.NOTHING);
    state.set(new TrainState.Training(latest.get(), null, Ending.BY_ITSELF));
    Job<Outcome> begun =
        services
            .models()
            .submit(
                model,
                analysis.title(),
                progress ->
                    follow(
                        AnalysisRun.of(analysis, written, input.open()), model, folder, progress));
    job = begun;
    Runnable ticks = services.jobs().every(LOOK, this::look);
    endLooking = ticks;
    begun.stateProperty().addListener((property, old, now) -> moved(now));
    begun.onDone(outcome -> new KeptRuns(services).keep(outcome, null));
    begun.onEnd(
        end -> {
          ticks.run();
          ended(end);
        });
  }

  private Outcome follow(AnalysisRun<?, ?> run, LoadedModel model, Path folder, Progress progress)
      throws Exception {
    try (TrainingFollower follower = new TrainingFollower(folder, model.opened().model(), latest)) {
      follower.begin();
      return Outcome.of(run.on(model.opened(), folder, progress));
    }
  }

  /** Shows what the follower has found since the last look. */
  private void look() {
    Live live = latest.get();
    if (state() instanceof TrainState.Training(Live shown, var snapshot, Ending ending)
        && !live.equals(shown)) {
      state.set(new TrainState.Training(live, snapshot, ending));
    }
  }

  private void moved(JobState<Outcome> now) {
    if (now instanceof JobState.Running<Outcome>(Progress.Snapshot snapshot, var cancelling)
        && state() instanceof TrainState.Training(Live live, var before, Ending ending)) {
      state.set(new TrainState.Training(live, snapshot, ending));
    }
  }

  private void ended(JobState<Outcome> end) {
    Live live = latest.get();
    boolean pausing =
        state() instanceof TrainState.Training(var shown, var snapshot, Ending ending)
            && ending == Ending.PAUSE;
    String title = question.asked().analysis().title();
    state.set(
        switch (end) {
          case JobState.Done<Outcome>(Outcome outcome) -> new TrainState.Done(live, outcome);
          case JobState.Failed<Outcome>(Throwable failure) ->
              new TrainState.Failed(
                  live, Problem.of(Texts.SHARED.get("problem.run", title), failure));
          default -> pausing ? new TrainState.Paused(live) : new TrainState.Idle(live);
        });
  }

  public void close() {
    if (endLooking != null) {
      endLooking.run();
    }
    stop();
    question.close();
  }
}
