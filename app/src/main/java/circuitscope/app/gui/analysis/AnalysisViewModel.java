package circuitscope.app.gui.analysis;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.FigureExport;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.probes.analysis.Analysis;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;

/** One analysis: what is asked of which model, and what came of it. */
public final class AnalysisViewModel {
  private final Analysis<?, ?> analysis;
  private final Services services;
  private final ChosenModel model;
  private final InputFormViewModel input;
  private final ParameterFormViewModel parameters;
  private final Runner<Outcome> runner;
  private final Exports exports;
  private final BooleanBinding runnable;

  public AnalysisViewModel(Analysis<?, ?> analysis, Services services) {
    this.analysis = analysis;
    this.services = services;
    this.model = new ChosenModel(services);
    this.input = new InputFormViewModel(analysis.input());
    this.parameters = new ParameterFormViewModel(analysis.parameters());
    this.runner = new Runner<>(services);
    this.exports = new Exports(services);
    this.runnable =
        Bindings.isNotNull(model.modelProperty())
            .and(input.given())
            .and(parameters.validProperty());
  }

  public Analysis<?, ?> analysis() {
    return analysis;
  }

  public ChosenModel model() {
    return model;
  }

  public InputFormViewModel input() {
    return input;
  }

  public ParameterFormViewModel parameters() {
    return parameters;
  }

  public Runner<Outcome> runner() {
    return runner;
  }

  /** Whether the question is complete. */
  public BooleanBinding runnable() {
    return runnable;
  }

  /** Asks the question, as a job on the model's device. */
  public void run() {
    LoadedModel asked = model.get();
    if (asked == null || !runnable.get()) {
      return;
    }
    Question question = new Question(analysis, parameters.written(), input.choice());
    runner.run(asked, analysis.title(), progress -> question.askedOf(asked, progress));
  }

  /** Takes the command that asks the same, as the page stands, to the clipboard. */
  public void copyCommand() {
    written(
        "page.copy-command", run -> exports.copyCommand(ShellWords.join(run.command(choice()))));
  }

  /** Asks for a job file and adds what the page asks to it. */
  public void addToJob() {
    written("page.add-to-job", run -> exports.addToJob(choice(), run));
  }

  private ModelChoice choice() {
    LoadedModel asked = model.get();
    return asked == null
        ? new ModelChoice("MODEL", null, services.settings().deviceProperty().get(), "fp32")
        : asked.choice();
  }

  /** Reading ids takes a file, hence a job. */
  private void written(String title, Consumer<AnalysisRun<?, ?>> use) {
    Question question = new Question(analysis, parameters.written(), input.choice());
    services
        .jobs()
        .<AnalysisRun<?, ?>>submit(
            Texts.SHARED.get(title),
            circuitscope.app.gui.job.Jobs.FILES,
            progress -> question.run())
        .onDone(use)
        .onFailed(
            failure -> services.notices().failed(Problem.of(Texts.SHARED.get(title), failure)));
  }

  /** Asks where, and writes result, tables, tensors, figures and manifest there. */
  public void exportData() {
    runner.answer().ifPresent(exports::data);
  }

  public void exportFigure(FigureExport export) {
    runner.answer().ifPresent(outcome -> exports.figure(export, outcome));
  }

  /** What opens the page again as it stands. */
  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("parameters", parameters.written());
    state.put("input", input.state());
    LoadedModel asked = model.get();
    if (asked != null) {
      state.put("model", asked.name());
    }
    return state;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    if (state.get("parameters") instanceof Map<?, ?> stored) {
      Map<String, Object> written = new LinkedHashMap<>();
      stored.forEach((name, value) -> written.put(name.toString(), value));
      parameters.fill(written);
    }
    if (state.get("input") instanceof Map<?, ?> stored) {
      input.restore(stored);
    }
    if (state.get("model") instanceof String name) {
      model.prefer(name);
    }
  }

  public void close() {
    runner.cancel();
    model.close();
  }
}
