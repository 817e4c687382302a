package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Services;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;

/** One stored result in a tab of its own. */
public final class ResultPage implements Page {
  /** Opened with {@code {"result": ID}}; in no menu, since it needs one. */
  public static final String ID = "result";

  private final ResultViewModel model;
  private final DetailPane detail;
  private final PageFrame view;

  private ResultPage(Services services, String id) {
    this.model = new ResultViewModel(services, id);
    this.detail = new DetailPane(model.detail(), model.commands(), services);
    this.view = new PageFrame(Words.TEXTS.get("one"), Words.TEXTS.get("one.help"));
    view.setCenter(detail);
    view.actions(actions());
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        ID,
        "",
        Words.TEXTS.get("one"),
        Words.TEXTS.get("one.help"),
        "fth-archive",
        (services, state) ->
            new ResultPage(services, String.valueOf(state.getOrDefault("result", ""))));
  }

  /** Whether there is something to copy and export. */
  static BooleanBinding shows(DetailViewModel detail) {
    return Bindings.createBooleanBinding(
        () -> detail.shown() instanceof Shown.One || detail.shown() instanceof Shown.Compared,
        detail.shownProperty());
  }

  @Override
  public ObservableValue<String> title() {
    return Bindings.createStringBinding(
        () -> {
          Row row = model.rowProperty().get();
          return row == null ? model.id() : row.name();
        },
        model.rowProperty());
  }

  @Override
  public Node view() {
    return view;
  }

  private void withRow(Consumer<Row> act) {
    Row row = model.rowProperty().get();
    if (row != null) {
      act.accept(row);
    }
  }

  @Override
  public List<Action> actions() {
    BooleanBinding there = Bindings.isNotNull(model.rowProperty());
    BooleanBinding shown = shows(model.detail());
    return List.of(
        ResultsPage.action("reopen", "fth-play", there, () -> withRow(model.commands()::reopen)),
        ResultsPage.action("annotate", "fth-edit-3", shown, detail::editNote),
        ResultsPage.action(
            "delete", "fth-x", there, () -> withRow(row -> model.commands().delete(List.of(row)))),
        PageActions.copyCommand(shown, () -> model.commands().copyCommand(model.detail().shown())),
        PageActions.exportFigure(shown, detail::exportFigure),
        PageActions.exportData(shown, () -> model.commands().exportData(model.detail().shown())));
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("result", model.id());
  }

  @Override
  public void close() {
    model.close();
  }
}
