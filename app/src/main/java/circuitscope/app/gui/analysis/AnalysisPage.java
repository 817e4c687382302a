package circuitscope.app.gui.analysis;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.ResultView;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import circuitscope.probes.analysis.Analysis;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;

/** The page of any analysis: question on the left, answer on the right. */
public final class AnalysisPage implements Page {
  private final AnalysisViewModel model;
  private final ResultView result;
  private final PageFrame view;

  private AnalysisPage(Analysis<?, ?> analysis, Services services) {
    this.model = new AnalysisViewModel(analysis, services);
    this.result = new ResultView(services);
    this.view =
        new PageFrame(analysis.title(), analysis.description())
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services));
    if (!model.parameters().fields().isEmpty()) {
      view.section(
          Texts.SHARED.get("parameters"), new ParameterForm(model.parameters(), services.files()));
    }
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    view.show(model.runner(), result, services, outcome -> result.show(outcome));
  }

  /** The type of page that an analysis makes. */
  public static PageType type(Analysis<?, ?> analysis, String group, String icon) {
    return new PageType(
        "analysis:" + analysis.id(),
        group,
        analysis.title(),
        analysis.description(),
        icon,
        (services, state) -> {
          AnalysisPage page = new AnalysisPage(analysis, services);
          page.model.restore(state);
          return page;
        });
  }

  public AnalysisViewModel model() {
    return model;
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(model.analysis().title());
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    var shown = view.shows(model.runner());
    return List.of(
        PageActions.run(model.runnable(), model::run),
        PageActions.copyCommand(model.runnable(), model::copyCommand),
        PageActions.addToJob(model.runnable(), model::addToJob),
        PageActions.exportFigure(shown, this::exportFigure),
        PageActions.exportData(shown, model::exportData));
  }

  private void exportFigure() {
    Figure figure = result.figure();
    if (figure != null) {
      FigureExportDialog.ask(figure, view.getScene().getWindow()).ifPresent(model::exportFigure);
    }
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  @Override
  public boolean take(Item item, Project project) {
    return item instanceof Item.Text text && model.input().take(text, project.places());
  }

  @Override
  public Optional<String> loss() {
    return model.runner().running().get()
        ? Optional.of(Texts.SHARED.get("loss.running", model.analysis().title()))
        : Optional.empty();
  }

  @Override
  public void close() {
    model.close();
  }
}
