package circuitscope.app.gui.heads;

import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.TitledPane;

/** Heads by their scores; the one that is clicked is looked at and taken away. */
public final class HeadsPage implements Page {
  private static final Texts TEXTS = HeadsViewModel.TEXTS;

  private final HeadsViewModel model;
  private final PageCommands commands;
  private final ScoresView scores;
  private final PartsView parts;
  private final PageFrame view;

  private HeadsPage(Services services) {
    this.model = new HeadsViewModel(services);
    this.commands = new PageCommands(services, model);
    this.scores = new ScoresView(model, services);
    this.parts = new PartsView(model, scores, services);
    ParameterForm ablating = new ParameterForm(model.ablating(), services.files());
    ablating.setId("ablating");
    TitledPane ablation = new TitledPane(TEXTS.get("ablation"), ablating);
    ablation.setId("ablation");
    ablation.setExpanded(false);
    ablation.getStyleClass().add("dense");
    this.view =
        new PageFrame(TEXTS.get("title"), TEXTS.get("help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services))
            .section(
                Texts.SHARED.get("parameters"),
                new ParameterForm(model.detecting(), services.files()))
            .section(TEXTS.get("effect"), ablation);
    view.getStylesheets()
        .add(String.valueOf(HeadsPage.class.getResource("/circuitscope/app/gui/tokens.css")));
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    view.show(
        model.runner(),
        parts,
        services,
        answers -> {
          scores.show(answers);
          parts.show(answers);
        });
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "heads",
        "heads",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-target",
        (services, state) -> {
          HeadsPage page = new HeadsPage(services);
          page.model.restore(state);
          return page;
        });
  }

  public HeadsViewModel model() {
    return model;
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(TEXTS.get("title"));
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return commands.actions(
        () ->
            parts
                .figure()
                .or(scores::figure)
                .flatMap(figure -> FigureExportDialog.ask(figure, view.getScene().getWindow()))
                .ifPresent(commands::exportFigure));
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
        ? Optional.of(Texts.SHARED.get("loss.running", TEXTS.get("title")))
        : Optional.empty();
  }

  @Override
  public void close() {
    model.close();
  }
}
