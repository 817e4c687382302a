package circuitscope.app.gui.analysis;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.FigureExport;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.ModelChoice;
import java.util.List;
import java.util.stream.Collectors;
import javafx.beans.binding.Bindings;

/** What can be done with a page's questions and answers beside asking: copy, add, export. */
public final class PageCommands {
  private final Services services;
  private final Questions page;
  private final Exports exports;

  public PageCommands(Services services, Questions page) {
    this.services = services;
    this.page = page;
    this.exports = new Exports(services);
  }

  /** Takes the commands that ask the same to the clipboard, a line each. */
  public void copyCommand() {
    List<Question> asked = page.asked();
    ModelChoice model = choice();
    String title = Texts.SHARED.get("page.copy-command");
    services
        .jobs()
        .submit(
            title,
            Jobs.FILES, // reading ids takes a file
            progress ->
                asked.stream()
                    .map(question -> ShellWords.join(question.run().command(model)))
                    .distinct()
                    .collect(Collectors.joining("\n")))
        .onDone(exports::copyCommand)
        .onFailed(failure -> services.notices().failed(Problem.of(title, failure)));
  }

  private ModelChoice choice() {
    LoadedModel asked = page.model().get();
    return asked == null
        ? new ModelChoice("MODEL", null, services.settings().deviceProperty().get(), "fp32")
        : asked.choice();
  }

  /** Asks for a job file and adds what the page asks first. */
  public void addToJob() {
    Question asked = page.asked().getFirst();
    ModelChoice model = choice();
    String title = Texts.SHARED.get("page.add-to-job");
    services
        .jobs()
        .submit(title, Jobs.FILES, progress -> asked.run())
        .onDone(run -> exports.addToJob(model, run))
        .onFailed(failure -> services.notices().failed(Problem.of(title, failure)));
  }

  /** Writes result, tables, tensors, figures and manifest of the answer in front. */
  public void exportData() {
    page.inFront().ifPresent(exports::data);
  }

  /** Writes a figure, with the way to make it again. */
  public void exportFigure(FigureExport export) {
    page.inFront().ifPresent(outcome -> exports.figure(export, outcome));
  }

  /**
   * The actions of the page, for its head and the command palette.
   *
   * @param askFigure asks in which format the figure in front is wanted
   */
  public List<Action> actions(Runnable askFigure) {
    var shown =
        Bindings.createBooleanBinding(
            () -> page.inFront().isPresent(), page.runner().stateProperty());
    return List.of(
        PageActions.run(page.runnable(), page::run),
        PageActions.copyCommand(page.runnable(), this::copyCommand),
        PageActions.addToJob(page.runnable(), this::addToJob),
        PageActions.exportFigure(shown, askFigure),
        PageActions.exportData(shown, this::exportData));
  }
}
