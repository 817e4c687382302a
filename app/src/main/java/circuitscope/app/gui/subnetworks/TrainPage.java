package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.ResultView;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.FileField;
import circuitscope.app.gui.study.Question;
import circuitscope.app.gui.study.Shared;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.session.workspace.Item;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;

/** Mask training: its question, its course while it runs, and its result. */
final class TrainPage implements Question {
  private final TrainViewModel model;
  private final Services services;
  private final PageFrame view;
  private final CoursePane course;
  private final DistributionPane distribution;
  private final ResultView result;
  private final TabPane tabs = new TabPane();
  private final Tab resultTab;

  TrainPage(TrainViewModel model, Services services) {
    this.model = model;
    this.services = services;
    var question = model.question();
    var analysis = question.asked().analysis();
    String folder = Words.TEXTS.get("train.folder");
    this.view =
        new PageFrame(analysis.title(), analysis.description())
            .section(Texts.SHARED.get("model"), new ModelChooser(question.asked().model()))
            .section(Texts.SHARED.get("input"), new InputForm(question.asked().input(), services))
            .section(
                folder,
                FileField.folder("out", folder, question.folderProperty(), services.files()))
            .section(
                Texts.SHARED.get("parameters"),
                new ParameterForm(question.parameters(), services.files()))
            .runBar(new TrainBar(model));
    this.course = new CoursePane(services);
    this.distribution = new DistributionPane(services);
    this.result = new ResultView(services);
    this.resultTab = tab("result", result);
    resultTab.setDisable(true);
    tabs.getTabs().setAll(tab("course", course), tab("distribution", distribution), resultTab);
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tabs.setId("training");
    tabs.getStyleClass().add("result");
    view.actions(actions());
    StudyPage.widen(view);
    view.content(tabs);
    model.stateProperty().addListener((property, old, now) -> show(old, now));
  }

  private static Tab tab(String name, Node content) {
    Tab tab = new Tab(Words.TEXTS.get("train.tab." + name), content);
    tab.setId("tab-training-" + name);
    return tab;
  }

  private void show(TrainState old, TrainState now) {
    if (!old.live().equals(now.live())) {
      course.show(now.live().figures());
      distribution.show(now.live());
    }
    switch (now) {
      case TrainState.Failed(Live live, var problem) ->
          view.content(new ProblemPane(problem, services.clip()));
      case TrainState.Done(Live live, Outcome outcome) -> {
        result.show(outcome);
        resultTab.setDisable(false);
        view.content(tabs);
      }
      default -> view.content(tabs);
    }
  }

  @Override
  public void share(Shared shared) {
    shared.join(model.question().asked().model());
    shared.join(model.question().asked().input());
    model.question().sharedValues().forEach(shared::join);
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(model.question().asked().analysis().title());
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    BooleanBinding done =
        Bindings.createBooleanBinding(
            () -> model.state() instanceof TrainState.Done, model.stateProperty());
    return List.of(
        PageActions.run(model.startable(), model::start),
        PageActions.copyCommand(model.question().runnable(), model.question()::copyCommand),
        PageActions.addToJob(model.question().runnable(), model.question()::addToJob),
        PageActions.exportFigure(done, this::exportFigure),
        PageActions.exportData(done, () -> done(new Exports(services)::data)));
  }

  private void done(Consumer<Outcome> use) {
    if (model.state() instanceof TrainState.Done(Live live, Outcome outcome)) {
      use.accept(outcome);
    }
  }

  private void exportFigure() {
    Figure figure = result.figure();
    if (figure != null) {
      FigureExportDialog.ask(figure, view.getScene().getWindow())
          .ifPresent(export -> done(outcome -> new Exports(services).figure(export, outcome)));
    }
  }

  @Override
  public Map<String, Object> state() {
    return model.question().state();
  }

  @Override
  public boolean take(Item item, Project project) {
    return item instanceof Item.Text text
        && model.question().asked().input().take(text, project.places());
  }

  @Override
  public Optional<String> loss() {
    return model.state().training() ? Optional.of(Words.TEXTS.get("train.loss")) : Optional.empty();
  }

  @Override
  public void close() {
    model.close();
  }
}
