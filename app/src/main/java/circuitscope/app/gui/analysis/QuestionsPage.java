package circuitscope.app.gui.analysis;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;

/**
 * What pages of several questions have in common: a model and tokens to read at the side, Run below
 * them, copying and exports at the head, and a state that opens the page again.
 *
 * @param <M> the page's view-model
 */
public abstract class QuestionsPage<M extends Questions> implements Page {
  /** How tokens look; all these pages show some. */
  private static final String STYLES = "/circuitscope/app/gui/tokens.css";

  private final M model;
  private final String name;
  private final PageCommands commands;
  private final PageFrame view;

  /**
   * A page with nothing in it yet but its model and its tokens.
   *
   * @param texts hold {@code title} and {@code help}
   */
  @SuppressWarnings("this-escape") // figure() is asked for when a button is pressed, not here
  protected QuestionsPage(Services services, M model, Texts texts) {
    this.model = model;
    this.name = texts.get("title");
    this.commands = new PageCommands(services, model);
    this.view =
        new PageFrame(name, texts.get("help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services));
    view.getStylesheets().add(String.valueOf(QuestionsPage.class.getResource(STYLES)));
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
  }

  /** The figure that an export is asked for; empty while there is none. */
  protected abstract Optional<Figure> figure();

  /** Where the page's own sections and answer go. */
  protected final PageFrame frame() {
    return view;
  }

  public final M model() {
    return model;
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(name);
  }

  @Override
  public final Node view() {
    return view;
  }

  @Override
  public final List<Action> actions() {
    return commands.actions(
        () ->
            figure()
                .flatMap(figure -> FigureExportDialog.ask(figure, view.getScene().getWindow()))
                .ifPresent(commands::exportFigure));
  }

  @Override
  public final Map<String, Object> state() {
    return model.state();
  }

  @Override
  public final boolean take(Item item, Project project) {
    return item instanceof Item.Text text && model.input().take(text, project.places());
  }

  @Override
  public final Optional<String> loss() {
    return model.runner().running().get()
        ? Optional.of(Texts.SHARED.get("loss.running", name))
        : Optional.empty();
  }

  @Override
  public final void close() {
    model.close();
  }
}
