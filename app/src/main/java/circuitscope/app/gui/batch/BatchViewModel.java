package circuitscope.app.gui.batch;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.Models;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.session.job.JobReader;
import circuitscope.app.session.job.JobReport;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.Shard;
import circuitscope.app.session.job.run.DryRun;
import circuitscope.app.session.job.run.JobRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** A job file: its text checked as one types, its cells run, their results looked at. */
public final class BatchViewModel {
  /** Five looks a second are enough to follow the cells. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Services services;
  private final JobFileViewModel file;
  private final ReadOnlyObjectWrapper<Check> check =
      new ReadOnlyObjectWrapper<>(new Check.Reading());
  private final ObservableList<CellRow> cells = FXCollections.observableArrayList();
  private final ReadOnlyStringWrapper note = new ReadOnlyStringWrapper("");
  private final BooleanProperty force = new SimpleBooleanProperty();
  private final IntegerProperty atATime = new SimpleIntegerProperty();
  private final Runner<JobReport> runner;
  private final Runner<DryRun> estimate;
  private final Runner<StoredCell> opened;
  private final BooleanBinding valid =
      Bindings.createBooleanBinding(() -> check.get() instanceof Check.Valid, check);
  private CellWatch watch = new CellWatch();
  private Runnable endLooking = () -> {};
  private @Nullable Job<Check> checking;

  public BatchViewModel(Services services) {
    this.services = services;
    this.file = new JobFileViewModel(services);
    this.runner = new Runner<>(services);
    this.estimate = new Runner<>(services);
    this.opened = new Runner<>(services);
    file.textProperty().addListener((property, old, now) -> check.set(new Check.Reading()));
    file.pathProperty().addListener((property, old, now) -> check.set(new Check.Reading()));
    runner
        .stateProperty()
        .addListener(
            (property, old, now) -> {
              if (!now.running()) {
                ended(now);
              }
            });
  }

  public JobFileViewModel file() {
    return file;
  }

  /** What is known of the text; {@link Check.Reading} until {@link #check} has ended. */
  public ReadOnlyObjectProperty<Check> checkProperty() {
    return check.getReadOnlyProperty();
  }

  /** The cells of the last valid text, or of the run. */
  public ObservableList<CellRow> cells() {
    return cells;
  }

  /** What the last run said of itself. */
  public ReadOnlyStringProperty noteProperty() {
    return note.getReadOnlyProperty();
  }

  /** Whether done cells are run again. */
  public BooleanProperty forceProperty() {
    return force;
  }

  /** Cells at a time; 0 for as many as there are GPUs, or one. */
  public IntegerProperty atATimeProperty() {
    return atATime;
  }

  public Runner<JobReport> runner() {
    return runner;
  }

  public Runner<DryRun> estimate() {
    return estimate;
  }

  /** The result that is looked at. */
  public Runner<StoredCell> opened() {
    return opened;
  }

  /** Whether the text is a job. */
  public BooleanBinding valid() {
    return valid;
  }

  /** Checks the text as a job; a later check takes the place of an earlier one. */
  public void check() {
    if (checking != null) {
      checking.cancel();
    }
    String yaml = file.textProperty().get();
    Path place = file.place();
    check.set(new Check.Reading());
    Job<Check> submitted =
        services
            .jobs()
            .submit(
                Words.TEXTS.get("job.check", file.name()),
                Jobs.FILES,
                progress -> Check.of(services.analyses().get(), place, yaml));
    checking = submitted;
    submitted
        .onDone(
            found -> {
              if (yaml.equals(file.textProperty().get()) && place.equals(file.place())) {
                checked(found);
              }
            })
        .onFailed(
            failure ->
                checked(
                    new Check.Invalid(
                        List.of(new Check.Mistake(1, 1, String.valueOf(failure.getMessage()))))));
  }

  private void checked(Check found) {
    check.set(found);
    if (found instanceof Check.Valid(var job, List<CellRow> fresh) && !runner.running().get()) {
      cells.setAll(fresh);
    }
  }

  /** Saves the text and runs its cells that are not done. */
  public void run() {
    if (check.get() instanceof Check.Valid(var job, var fresh) && !runner.running().get()) {
      file.save(() -> start(job));
    }
  }

  private void start(circuitscope.app.session.job.Job checked) {
    Path place = file.place();
    JobRunner.Options options = new JobRunner.Options(Shard.ALL, force.get(), atATime.get());
    CellWatch watched = new CellWatch();
    watch = watched;
    note.set("");
    endLooking.run();
    endLooking = services.jobs().every(LOOK, this::look);
    runner.run(
        queue(checked),
        Words.TEXTS.get("job.run", file.name()),
        progress -> {
          var job = new JobReader(services.analyses().get(), System.getenv()).read(place);
          JobRunner.checkDevices(job);
          watched.begin(job);
          return new JobRunner(job, options, watched).run(progress);
        });
  }

  /** A job that uses a GPU waits for that; any other for the processor. */
  private static String queue(circuitscope.app.session.job.Job job) {
    return job.models().stream()
        .map(model -> Models.deviceOf(model.choice()))
        .filter(device -> !device.equals("cpu"))
        .findFirst()
        .orElse("cpu");
  }

  private void look() {
    List<CellRow> changed = watch.changed();
    if (!changed.isEmpty() && cells.size() != watch.rows().size()) {
      cells.setAll(watch.rows());
    } else {
      changed.forEach(row -> cells.set(row.cell().number() - 1, row));
    }
    if (!watch.note().isEmpty()) {
      note.set(watch.note());
    }
  }

  private void ended(RunState<JobReport> end) {
    endLooking.run();
    watch.end();
    look();
    switch (end) {
      case RunState.Failed<JobReport>(var problem) -> services.notices().failed(problem);
      case RunState.Shown<JobReport>(JobReport report) ->
          note.set(note(report) + (watch.note().isEmpty() ? "" : " · " + watch.note()));
      default -> note.set(Words.TEXTS.get("note.cancelled"));
    }
    new KeptResults(services)
        .add(file.name(), watch.rows().stream().filter(row -> row.state().finished()).toList());
  }

  private static String note(JobReport report) {
    return Words.TEXTS.get(
        "note.ended",
        report.count(Outcome.State.DONE),
        report.kept(),
        report.count(Outcome.State.FAILED),
        report.count(Outcome.State.NOT_RUN));
  }

  /** Finds out what the cells will take; runs nothing. */
  public void dryRun() {
    if (check.get() instanceof Check.Valid(var job, var fresh)) {
      estimate.run(
          Jobs.FILES,
          Words.TEXTS.get("job.estimate", file.name()),
          progress -> DryRun.of(job, Shard.ALL));
    }
  }

  /** Reads a finished cell's result. */
  public void open(CellRow row) {
    opened.run(
        Jobs.FILES,
        Words.TEXTS.get("job.open", row.cell().label()),
        progress -> StoredCell.read(row));
  }

  /** The page of the whole job, in the desktop's browser. */
  public void openReport() {
    if (check.get() instanceof Check.Valid(var job, var fresh)) {
      show(job.page());
    }
  }

  /** The folder of the whole job, or of one of its cells. */
  public void showFolder(@Nullable CellRow row) {
    if (row != null && Files.isDirectory(row.cell().folder())) {
      show(row.cell().folder());
    } else if (check.get() instanceof Check.Valid(var job, var fresh)) {
      show(job.folder());
    }
  }

  private void show(Path place) {
    Path whole = place.toAbsolutePath().normalize();
    if (!Files.exists(whole)) {
      services.notices().said(Words.TEXTS.get("said.missing", whole));
    } else if (!services.desktop().show(whole)) {
      services.notices().said(whole.toString());
    }
  }

  /** Takes the command that runs the file to the clipboard. */
  public void copyCommand() {
    List<String> words = new ArrayList<>(List.of("circuitscope", "run", file.place().toString()));
    if (force.get()) {
      words.add("--force");
    }
    if (atATime.get() > 0) {
      words.addAll(List.of("--jobs", Integer.toString(atATime.get())));
    }
    new Exports(services).copyCommand(ShellWords.join(words));
  }

  /** What opens the page again as it stands. */
  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>(file.state());
    state.put("force", force.get());
    state.put("at-a-time", atATime.get());
    return state;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    force.set(Boolean.TRUE.equals(state.get("force")));
    atATime.set(state.get("at-a-time") instanceof Number number ? number.intValue() : 0);
    file.restore(state);
  }

  /** What closing would lose, as a question. */
  public Optional<String> loss() {
    if (runner.running().get()) {
      return Optional.of(Words.TEXTS.get("loss.running", file.name()));
    }
    return file.unsaved().get()
        ? Optional.of(Words.TEXTS.get("loss", file.name()))
        : Optional.empty();
  }

  public void close() {
    endLooking.run();
    watch = new CellWatch();
    List.of(runner, estimate, opened).forEach(Runner::cancel);
  }
}
