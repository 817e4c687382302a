package circuitscope.app.gui.sinks;

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
import javafx.scene.layout.StackPane;

/** Sinks, what makes them, what they hold up; and reading on beyond the cache. */
public final class SinksPage implements Page {
  private static final Texts TEXTS = SinksViewModel.TEXTS;

  private final SinksViewModel model;
  private final PageCommands commands;
  private final SinkParts parts;
  private final PageFrame view;

  private SinksPage(Services services) {
    this.model = new SinksViewModel(services);
    this.commands = new PageCommands(services, model);
    this.parts = new SinkParts(model, services);
    StackPane parameters = new StackPane();
    model
        .partProperty()
        .subscribe(
            part ->
                parameters
                    .getChildren()
                    .setAll(new ParameterForm(model.form(part), services.files())));
    this.view =
        new PageFrame(TEXTS.get("title"), TEXTS.get("help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services))
            .section(Texts.SHARED.get("parameters"), parameters);
    view.getStylesheets()
        .add(String.valueOf(SinksPage.class.getResource("/circuitscope/app/gui/tokens.css")));
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    view.content(parts);
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "sinks",
        "sinks",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-anchor",
        (services, state) -> {
          SinksPage page = new SinksPage(services);
          page.model.restore(state);
          return page;
        });
  }

  public SinksViewModel model() {
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
