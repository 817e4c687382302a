package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** Every run of the workspace as a table, what is chosen beside it. */
public final class ResultsPage implements Page {
  private static final double TABLE_SHARE = 0.5;

  /** The head of a narrow window has no room for what a double click and F2 do. */
  private static final Set<String> IN_MENUS_ALONE = Set.of("results-tab", "results-annotate");

  private final ResultsViewModel model;
  private final DetailPane detail;
  private final ResultsTable table;
  private final PageFrame view = new PageFrame(Words.TEXTS.get("title"), Words.TEXTS.get("help"));

  private ResultsPage(Services services) {
    this.model = new ResultsViewModel(services);
    this.detail = new DetailPane(model.detail(), model.commands(), services);
    this.table = new ResultsTable(model);
    table.setOnKeyPressed(this::pressed);
    table.setOnMouseClicked(
        event -> {
          if (event.getClickCount() == 2) {
            withOne(model.commands()::openTab);
          }
        });
    VBox.setVgrow(table, Priority.ALWAYS);
    VBox side = new VBox(search(), table);
    side.getStyleClass().add("results-side");
    side.setMinWidth(260);
    SplitPane split = new SplitPane(side, detail);
    split.setDividerPositions(TABLE_SHARE);
    view.setCenter(split);
    view.actions(
        actions().stream().filter(action -> !IN_MENUS_ALONE.contains(action.id())).toList());
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "results",
        "work",
        Words.TEXTS.get("title"),
        Words.TEXTS.get("help"),
        "fth-archive",
        (services, state) -> {
          ResultsPage page = new ResultsPage(services);
          page.model.restore(state);
          return page;
        });
  }

  private HBox search() {
    TextField filter = Icons.named(new TextField(), "results-filter", Words.TEXTS.get("filter"));
    filter.setPromptText(Words.TEXTS.get("filter"));
    filter.textProperty().bindBidirectional(model.filterProperty());
    HBox.setHgrow(filter, Priority.ALWAYS);
    Label count = new Label();
    count.setId("results-count");
    count.getStyleClass().add("note");
    count.setMinWidth(Region.USE_PREF_SIZE);
    count
        .textProperty()
        .bind(
            Bindings.createStringBinding(
                () -> Words.TEXTS.get("count", model.rows().size()), model.rows()));
    HBox row = new HBox(filter, count);
    row.getStyleClass().add("form-row");
    return row;
  }

  public ResultsViewModel model() {
    return model;
  }

  private void pressed(KeyEvent event) {
    switch (event.getCode()) {
      case DELETE -> model.deleteChosen();
      case F2 -> detail.editNote();
      case ENTER -> withOne(model.commands()::openTab);
      default -> {
        return;
      }
    }
    event.consume();
  }

  private void withOne(Consumer<Row> act) {
    List<Row> chosen = model.chosen();
    if (chosen.size() == 1) {
      act.accept(chosen.getFirst());
    }
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(Words.TEXTS.get("title"));
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    var chosen = model.chosenProperty();
    BooleanBinding one = Bindings.createBooleanBinding(() -> chosen.get().size() == 1, chosen);
    BooleanBinding some = Bindings.createBooleanBinding(() -> !chosen.get().isEmpty(), chosen);
    BooleanBinding shown = ResultPage.shows(model.detail());
    return List.of(
        action("reopen", "fth-play", one, () -> withOne(model.commands()::reopen)),
        action("compare", "fth-columns", one, model::compareWithBefore),
        action("tab", "fth-external-link", one, () -> withOne(model.commands()::openTab)),
        action("annotate", "fth-edit-3", one, detail::editNote),
        action("delete", "fth-x", some, model::deleteChosen),
        PageActions.copyCommand(shown, () -> model.commands().copyCommand(model.detail().shown())),
        PageActions.exportFigure(shown, detail::exportFigure),
        PageActions.exportData(shown, () -> model.commands().exportData(model.detail().shown())));
  }

  /** One of the actions that are on stored results alone. */
  static Action action(String name, String icon, BooleanBinding enabled, Runnable run) {
    return new Action(
        "results-" + name,
        Texts.SHARED.get("menu.page"),
        Words.TEXTS.get("action." + name),
        icon,
        "",
        enabled,
        run);
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  @Override
  public void close() {
    model.close();
  }
}
