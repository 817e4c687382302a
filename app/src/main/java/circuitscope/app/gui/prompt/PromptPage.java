package circuitscope.app.gui.prompt;

import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.VBox;

/** A prompt as its model reads it, and what the model writes on. */
public final class PromptPage implements Page {
  private static final Texts TEXTS = PromptViewModel.TEXTS;

  private final Services services;
  private final PromptViewModel model;
  private final PageCommands commands;
  private final PromptView answer;
  private final PageFrame view;

  private PromptPage(Services services) {
    this.services = services;
    this.model = new PromptViewModel(services);
    this.commands = new PageCommands(services, model);
    this.answer = new PromptView(model, services);
    this.view =
        new PageFrame(TEXTS.get("title"), TEXTS.get("help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services))
            .section(
                Texts.SHARED.get("parameters"),
                new ParameterForm(model.predicting(), services.files()))
            .section(TEXTS.get("write"), write());
    view.getStylesheets()
        .add(String.valueOf(PromptPage.class.getResource("/circuitscope/app/gui/tokens.css")));
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    ScrollPane scroll = new ScrollPane(answer);
    scroll.setFitToWidth(true);
    scroll.setFitToHeight(true);
    scroll.getStyleClass().add("bare-scroll");
    view.content(scroll);
    model
        .runner()
        .stateProperty()
        .addListener(
            (property, old, now) ->
                view.content(
                    now instanceof RunState.Failed<PromptViewModel.Answer>(var problem)
                        ? new ProblemPane(problem, services.clip())
                        : scroll));
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "prompt",
        "predictions",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-type",
        (services, state) -> {
          PromptPage page = new PromptPage(services);
          page.model.restore(state);
          return page;
        });
  }

  private Node write() {
    ParameterForm form = new ParameterForm(model.writing(), services.files());
    form.setId("writing");
    Button button = new Button(TEXTS.get("write"), Icons.of("fth-edit-3"));
    button.setId("write-on");
    button.setMaxWidth(Double.MAX_VALUE);
    button.setTooltip(Icons.tooltip(TEXTS.get("write.help")));
    button.disableProperty().bind(model.canWrite().not());
    button.setOnAction(event -> model.writeOn());
    VBox box = new VBox(form, button);
    box.getStyleClass().add("form");
    return box;
  }

  public PromptViewModel model() {
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
            answer
                .figure()
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
