package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.ParameterFormViewModel.Field;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import circuitscope.probes.analysis.Analysis;
import circuitscope.viz.figure.Figure;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** One analysis among the questions of a page. */
public final class QuestionPage implements Question {
  private final QuestionViewModel model;
  private final AnswerView answer;
  private final PageFrame view;
  private final boolean beside;

  /**
   * What is special about a page; {@link #PLAIN} for nothing.
   *
   * @param beside whether masked models can be asked beside the open one
   * @param folder whether the analysis keeps files in a folder
   * @param formTitle heading of {@code form}
   * @param form further controls; null for none
   * @param above stands above the answer, before the first run too; null for none
   */
  public record Look(
      boolean beside, boolean folder, String formTitle, @Nullable Node form, @Nullable Node above) {
    public static final Look PLAIN = new Look(false, false, "", null, null);
    public static final Look BESIDE = new Look(true, false, "", null, null);
    public static final Look FOLDER = new Look(false, true, "", null, null);
  }

  public QuestionPage(QuestionViewModel model, AnswerView answer, Look look) {
    this.model = model;
    this.answer = answer;
    this.beside = look.beside();
    Services services = model.services();
    Analysis<?, ?> analysis = model.asked().analysis();
    this.view =
        new PageFrame(analysis.title(), analysis.description())
            .section(Texts.SHARED.get("model"), new ModelChooser(model.asked().model()));
    if (model.asked().input().kinds().size() > 1) {
      view.section(Texts.SHARED.get("input"), new InputForm(model.asked().input(), services));
    }
    if (look.form() != null) {
      view.section(look.formTitle(), look.form());
    }
    if (!model.parameters().fields().isEmpty()) {
      view.section(
          Texts.SHARED.get("parameters"), new ParameterForm(model.parameters(), services.files()));
    }
    if (look.folder()) {
      String title = Words.TEXTS.get("folder");
      view.section(title, FileField.folder("out", title, model.folderProperty(), services.files()));
    }
    if (beside) {
      view.section(
          Words.TEXTS.get("variants"), new VariantsForm(model.variants(), services.files()));
    }
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    AnswerPane<Answer> pane =
        new AnswerPane<>(model.runner(), answer.node(), services, answer::show);
    VBox.setVgrow(pane, Priority.ALWAYS);
    StudyPage.widen(view);
    view.content(look.above() == null ? pane : new VBox(look.above(), pane));
  }

  /** A page without anything special. */
  public static QuestionPage of(Analysis<?, ?> analysis, Services services, Look look) {
    return new QuestionPage(
        new QuestionViewModel(analysis, services), new AnswerView(services), look);
  }

  public QuestionViewModel model() {
    return model;
  }

  @Override
  public void share(Shared shared) {
    shared.join(model.asked().model());
    shared.join(model.asked().input());
    model.sharedValues().forEach(shared::join);
    if (beside) {
      shared.join("mask", model.variants().maskProperty());
    }
  }

  @Override
  public boolean takeMask(String mask) {
    if (beside) {
      model.variants().maskProperty().set(mask);
      return true;
    }
    Optional<Field> free =
        model.parameters().fields().stream()
            .filter(one -> Set.of("mask", "masks", "with").contains(one.parameter().name()))
            .filter(one -> one.parameter().list() || one.textProperty().get().isBlank())
            .findFirst();
    if (free.isPresent()) {
      put(free.get(), mask);
      return true;
    }
    StringProperty other = model.sharedValues().get("mask");
    if (other != null) {
      other.set(mask);
    }
    return other != null;
  }

  /** A list of masks grows; anything else is replaced. */
  private static void put(Field field, String mask) {
    String before = field.textProperty().get();
    boolean grows = field.parameter().list() && !before.isBlank();
    field.textProperty().set(grows ? before + "," + mask : mask);
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(model.asked().analysis().title());
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    BooleanBinding shown = model.runner().answered();
    return List.of(
        PageActions.run(model.runnable(), model::run),
        PageActions.copyCommand(model.runnable(), model::copyCommand),
        PageActions.addToJob(model.runnable(), model::addToJob),
        PageActions.exportFigure(shown, this::exportFigure),
        PageActions.exportData(shown, model::exportData));
  }

  private void exportFigure() {
    Figure figure = answer.figure();
    if (figure != null) {
      FigureExportDialog.ask(figure, view.getScene().getWindow()).ifPresent(model::exportFigure);
    }
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    model.restore(state);
  }

  @Override
  public boolean take(Item item, Project project) {
    return switch (item) {
      case Item.Text text -> model.asked().input().take(text, project.places());
      case Item.Mask mask -> takeMask(reference(mask, project));
      default -> false;
    };
  }

  /** As on the command line; a file that is gone is told when it is read. */
  static String reference(Item.Mask mask, Project project) {
    try {
      return mask.reference(project.places()).toString();
    } catch (IOException e) {
      return project.places().resolve(mask.mask()).toString();
    }
  }

  @Override
  public Optional<String> loss() {
    return model.runner().running().get()
        ? Optional.of(Texts.SHARED.get("loss.running", model.asked().analysis().title()))
        : Optional.empty();
  }

  @Override
  public void close() {
    model.close();
  }
}
