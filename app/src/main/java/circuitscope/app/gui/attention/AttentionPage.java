package circuitscope.app.gui.attention;

import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.Icons;
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
import circuitscope.heads.detect.HeadPattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** Every head's attention small, one head's large. */
public final class AttentionPage implements Page {
  private static final Texts TEXTS = AttentionViewModel.TEXTS;

  private final Services services;
  private final AttentionViewModel model;
  private final PageCommands commands;
  private final HeadView head;
  private final PageFrame view;

  private AttentionPage(Services services) {
    this.services = services;
    this.model = new AttentionViewModel(services);
    this.commands = new PageCommands(services, model);
    this.head = new HeadView(model, services);
    this.view =
        new PageFrame(TEXTS.get("title"), TEXTS.get("help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services))
            .section(
                Texts.SHARED.get("parameters"),
                new ParameterForm(model.parameters(), services.files()))
            .section(TEXTS.get("against"), against());
    view.getStylesheets()
        .add(String.valueOf(AttentionPage.class.getResource("/circuitscope/app/gui/tokens.css")));
    view.runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    GridView grid = new GridView(model, services);
    SplitPane both = new SplitPane(grid, head);
    both.setDividerPositions(0.36);
    view.show(
        model.runner(),
        both,
        services,
        answer -> {
          grid.show(answer);
          head.show(answer);
        });
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "attention",
        "attention",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-grid",
        (services, state) -> {
          AttentionPage page = new AttentionPage(services);
          page.model.restore(state);
          return page;
        });
  }

  private Node against() {
    ComboBox<LoadedModel> box = Icons.named(new ComboBox<>(), "against", TEXTS.get("against.help"));
    box.setPromptText(TEXTS.get("against.none"));
    box.setMaxWidth(Double.MAX_VALUE);
    box.setTooltip(Icons.tooltip(TEXTS.get("against.help")));
    box.valueProperty().bindBidirectional(model.againstProperty());
    Runnable offer =
        () -> {
          LoadedModel asked = model.model().get();
          List<LoadedModel> others =
              services.models().open().stream()
                  .filter(one -> asked != null && !one.equals(asked))
                  .filter(one -> asked != null && one.device().equals(asked.device()))
                  .toList();
          if (!others.contains(box.getValue())) {
            box.setValue(null);
          }
          box.getItems().setAll(others);
          box.setDisable(others.isEmpty());
        };
    ListChangeListener<LoadedModel> changed = change -> offer.run();
    model.model().open().addListener(new javafx.collections.WeakListChangeListener<>(changed));
    box.getProperties().put("follows", changed);
    model.model().modelProperty().addListener(change -> offer.run());
    offer.run();
    Button none =
        Icons.button("against-none", "fth-x", TEXTS.get("against.none"), () -> box.setValue(null));
    none.disableProperty().bind(box.valueProperty().isNull());
    HBox.setHgrow(box, Priority.ALWAYS);
    HBox row = new HBox(box, none);
    row.getStyleClass().add("tight");
    return row;
  }

  public AttentionViewModel model() {
    return model;
  }

  @Override
  public ObservableValue<String> title() {
    ReadOnlyStringWrapper title = new ReadOnlyStringWrapper(TEXTS.get("title"));
    model
        .runner()
        .stateProperty()
        .addListener(
            (property, old, now) ->
                now.shown()
                    .map(AttentionViewModel.Answer::pattern)
                    .map(HeadPattern::head)
                    .ifPresent(name -> title.set(TEXTS.get("title.of", name))));
    return title;
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return commands.actions(
        () ->
            head.figure()
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
