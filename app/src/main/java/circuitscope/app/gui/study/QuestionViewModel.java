package circuitscope.app.gui.study;

import circuitscope.app.gui.analysis.AnalysisViewModel;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.FigureExport;
import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.job.JobAddition;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/**
 * One analysis among the questions of a page, asked of a model and of what masks make of it, with a
 * folder for analyses that keep files.
 */
public class QuestionViewModel {
  /** Parameters that are files, and the same in all questions of a page. */
  private static final Set<String> SHARED = Set.of("mask", "bigrams", "pairs", "circuit");

  private final AnalysisViewModel asked;
  private final Services services;
  private final VariantsViewModel variants = new VariantsViewModel();
  private final StringProperty folder = new SimpleStringProperty("");
  private final Runner<Answer> runner;
  private final Exports exports;
  private final BooleanBinding runnable;

  public QuestionViewModel(Analysis<?, ?> analysis, Services services) {
    this.asked = new AnalysisViewModel(analysis, services);
    this.services = services;
    this.runner = new Runner<>(services);
    this.exports = new Exports(services);
    this.runnable = asked.runnable().and(variants.validProperty());
  }

  /** The analysis, the model that is asked, the tokens and the parameters. */
  public AnalysisViewModel asked() {
    return asked;
  }

  public ParameterFormViewModel parameters() {
    return asked.parameters();
  }

  public VariantsViewModel variants() {
    return variants;
  }

  /** Where the analysis keeps files; empty for nowhere. */
  public StringProperty folderProperty() {
    return folder;
  }

  public Runner<Answer> runner() {
    return runner;
  }

  public BooleanBinding runnable() {
    return runnable;
  }

  /** What this question has in common with those beside it, by name; see {@link Shared}. */
  public Map<String, StringProperty> sharedValues() {
    Map<String, StringProperty> values = new LinkedHashMap<>();
    for (ParameterFormViewModel.Field field : parameters().fields()) {
      if (SHARED.contains(field.parameter().name())) {
        values.put(field.parameter().name(), field.textProperty());
      }
    }
    return values;
  }

  public Services services() {
    return services;
  }

  /**
   * What is asked, taken from the controls before the job begins.
   *
   * @param folder null for none
   * @param extra what else a kind of question takes from its controls
   */
  public record Asked(
      Analysis<?, ?> analysis,
      Map<String, String> written,
      InputFormViewModel.Choice input,
      @Nullable Path folder,
      List<Variant> variants,
      String extra) {

    /** May read a file of ids: belongs into a job. */
    public AnalysisRun<?, ?> run() {
      return AnalysisRun.of(analysis, written, input.open());
    }
  }

  private Asked question() {
    String place = folder.get().strip();
    return new Asked(
        asked.analysis(),
        asked.parameters().written(),
        asked.input().choice(),
        place.isEmpty() ? null : Path.of(place),
        variants.chosen(),
        extra());
  }

  /** What {@link Asked#extra} is to be. */
  protected String extra() {
    return "";
  }

  /** Asks, as a job on the model's device. */
  public void run() {
    LoadedModel model = asked.model().get();
    if (model != null && runnable.get()) {
      Asked question = question();
      runner.run(model, asked.analysis().title(), progress -> answer(question, model, progress));
    }
  }

  /** Does the work of {@link #run}, in the job. */
  protected Answer answer(Asked question, LoadedModel model, Progress progress) throws IOException {
    AnalysisRun<?, ?> run = question.run();
    List<Variant> chosen = question.variants();
    if (chosen.size() == 1 && chosen.getFirst().mask() == null) {
      var finished = run.on(model.opened(), question.folder(), progress);
      return Answer.of(List.of(new Answer.Column(chosen.getFirst().name(), finished)));
    }
    List<Answer.Column> columns = new ArrayList<>();
    for (Variant variant : chosen) {
      Progress step = progress.step(variant.name(), 1.0 / chosen.size());
      columns.add(variant.ask(run, model.opened(), step));
    }
    return Answer.of(columns);
  }

  /** Takes the commands that ask the same, one a model, to the clipboard. */
  public void copyCommand() {
    Asked question = question();
    LoadedModel model = asked.model().get();
    String title = Texts.SHARED.get("page.copy-command");
    services
        .jobs()
        .submit(title, Jobs.FILES, progress -> commands(question, model))
        .onDone(exports::copyCommand)
        .onFailed(failure -> services.notices().failed(Problem.of(title, failure)));
  }

  /** Asks for a job file and adds what the page asks to it, once for each model. */
  public void addToJob() {
    Asked question = question();
    LoadedModel model = asked.model().get();
    String title = Texts.SHARED.get("job.add-to-job");
    FileDialogs.Kind kind =
        new FileDialogs.Kind(Texts.SHARED.get("files.job"), List.of("*.yaml", "*.yml"));
    services
        .files()
        .save(title, "job.yaml", kind)
        .ifPresent(
            file ->
                services
                    .jobs()
                    .submit(title, Jobs.FILES, progress -> added(question, model, file))
                    .onDone(job -> services.notices().said(Texts.SHARED.get("said.written", job)))
                    .onFailed(failure -> services.notices().failed(Problem.of(title, failure))));
  }

  private static Path added(Asked question, @Nullable LoadedModel model, Path file)
      throws IOException {
    AnalysisRun<?, ?> run = question.run();
    for (Variant variant : question.variants()) {
      JobAddition.add(file, choice(model, variant), run);
    }
    return file;
  }

  private static String commands(Asked question, @Nullable LoadedModel model) throws IOException {
    AnalysisRun<?, ?> run = question.run();
    List<String> lines = new ArrayList<>();
    for (Variant variant : question.variants()) {
      List<String> words = new ArrayList<>(run.command(choice(model, variant)));
      if (question.folder() != null) {
        words.addAll(List.of("--out", question.folder().toString()));
      }
      lines.add(ShellWords.join(words));
    }
    return String.join("\n", lines);
  }

  private static ModelChoice choice(@Nullable LoadedModel model, Variant variant)
      throws IOException {
    ModelChoice open =
        model == null ? new ModelChoice("MODEL", null, "auto", "fp32") : model.choice();
    return variant.mask() == null
        ? open
        : new ModelChoice(
            open.model(),
            open.tokenizer(),
            open.device(),
            open.dtype(),
            MaskReference.parse(variant.mask()));
  }

  /** Asks where, and writes everything there; several models into folders of their own. */
  public void exportData() {
    runner.answer().ifPresent(answer -> new AnswerExport(services).write(answer));
  }

  public void exportFigure(FigureExport export) {
    runner.answer().ifPresent(answer -> exports.figure(export, answer.outcome()));
  }

  /** What opens the page again as it stands. */
  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>(asked.state());
    state.put("folder", folder.get());
    state.put("mask", variants.maskProperty().get());
    for (VariantsViewModel.Kind kind : VariantsViewModel.Kind.values()) {
      state.put("variant-" + kind, variants.property(kind).get());
    }
    return state;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    asked.restore(state);
    if (state.get("folder") instanceof String text) {
      folder.set(text);
    }
    if (state.get("mask") instanceof String text) {
      variants.maskProperty().set(text);
    }
    for (VariantsViewModel.Kind kind : VariantsViewModel.Kind.values()) {
      if (state.get("variant-" + kind) instanceof Boolean chosen) {
        variants.property(kind).set(chosen);
      }
    }
  }

  public void close() {
    runner.cancel();
    asked.close();
  }
}
