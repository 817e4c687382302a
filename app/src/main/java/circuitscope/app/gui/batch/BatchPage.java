package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.KeyboardFocus;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.animation.PauseTransition;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.Scene;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.Spinner;
import javafx.scene.control.SplitPane;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.stage.Window;
import javafx.util.Duration;

/** Edit a job file, check it, run it, watch its cells, look at their results. */
public final class BatchPage implements Page {
  private static final Duration TYPED = Duration.millis(300);
  private static final int MOST_AT_A_TIME = 64;

  private final BatchViewModel model;
  private final PageFrame view = new PageFrame(Words.TEXTS.get("title"), Words.TEXTS.get("help"));
  private final PauseTransition typed = new PauseTransition(TYPED);
  private final BatchTabs tabs;
  private final List<Action> actions;

  private BatchPage(Services services, Map<String, Object> state) {
    this.model = new BatchViewModel(services);
    this.tabs = new BatchTabs(model, services);
    this.actions = allActions();
    view.actions(actions.stream().filter(action -> !action.id().startsWith("cell-")).toList());
    VBox right = new VBox(tabs, options(), new RunBar(model.runner(), model.valid(), model::run));
    VBox.setVgrow(tabs, Priority.ALWAYS);
    SplitPane split = new SplitPane(new JobPane(model), right);
    split.setDividerPositions(0.4);
    view.setCenter(split);
    view.setOnDragOver(this::draggedOver);
    view.setOnDragDropped(this::dropped);
    typed.setOnFinished(event -> check(Check.Reading.class));
    model.file().textProperty().addListener((Observable change) -> typed.playFromStart());
    model.file().pathProperty().addListener((Observable change) -> typed.playFromStart());
    lookWhenShown();
    model.restore(state);
    typed.playFromStart();
  }

  public static PageType type() {
    return new PageType(
        "batch",
        "work",
        Words.TEXTS.get("title"),
        Words.TEXTS.get("help"),
        "fth-list",
        BatchPage::new);
  }

  public BatchViewModel model() {
    return model;
  }

  /** Another page may have added to the file meanwhile, or another program. */
  private void lookWhenShown() {
    ObservableValue<Boolean> tab = view.parentProperty().flatMap(Node::visibleProperty);
    ObservableValue<Boolean> window =
        view.sceneProperty().flatMap(Scene::windowProperty).flatMap(Window::focusedProperty);
    for (ObservableValue<Boolean> shown : List.of(tab, window, KeyboardFocus.within(view))) {
      shown.addListener(
          (property, old, now) -> {
            if (Boolean.TRUE.equals(now)) {
              model.file().look();
              check(Check.Invalid.class); // what was missing may be there now
            }
          });
    }
  }

  private void check(Class<? extends Check> standing) {
    if (standing.isInstance(model.checkProperty().get())) {
      model.check();
    }
  }

  private Node options() {
    String again = Words.TEXTS.get("force");
    CheckBox force = Icons.named(new CheckBox(again), "force", again);
    force.setTooltip(Icons.tooltip(Words.TEXTS.get("force.help")));
    force.selectedProperty().bindBidirectional(model.forceProperty());
    Spinner<Integer> atATime =
        Icons.named(
            new Spinner<>(0, MOST_AT_A_TIME, model.atATimeProperty().get()),
            "at-a-time",
            Words.TEXTS.get("at-a-time"));
    atATime.setPrefWidth(90);
    var chosen = atATime.getValueFactory().valueProperty();
    chosen.addListener((property, old, now) -> model.atATimeProperty().set(now));
    model.atATimeProperty().addListener((property, old, now) -> chosen.set(now.intValue()));
    Label label = new Label(Words.TEXTS.get("at-a-time"));
    label.setLabelFor(atATime);
    label.setTooltip(Icons.tooltip(Words.TEXTS.get("at-a-time.help")));
    atATime.setTooltip(Icons.tooltip(Words.TEXTS.get("at-a-time.help")));
    Label note = new Label();
    note.setId("note");
    note.getStyleClass().add("note");
    note.textProperty().bind(model.noteProperty());
    note.visibleProperty().bind(model.noteProperty().isNotEmpty());
    note.managedProperty().bind(note.visibleProperty());
    HBox row = new HBox(force, label, atATime);
    row.getStyleClass().add("form-row");
    VBox options = new VBox(row, note);
    options.getStyleClass().addAll("form", "job-head");
    return options;
  }

  private static Optional<Path> jobAmong(List<File> files) {
    return files.stream()
        .filter(file -> file.getName().matches(".*\\.ya?ml"))
        .map(File::toPath)
        .findFirst();
  }

  private void draggedOver(DragEvent event) {
    if (jobAmong(event.getDragboard().getFiles()).isPresent()) {
      event.acceptTransferModes(TransferMode.COPY);
      event.consume();
    }
  }

  private void dropped(DragEvent event) {
    jobAmong(event.getDragboard().getFiles())
        .ifPresent(
            file -> {
              model.file().open(file);
              event.setDropCompleted(true);
              event.consume();
            });
  }

  @Override
  public ObservableValue<String> title() {
    return model.file().title();
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return actions;
  }

  private List<Action> allActions() {
    JobFileViewModel file = model.file();
    var always = Bindings.createBooleanBinding(() -> true);
    var inFile = Bindings.isNotNull(file.pathProperty());
    return List.of(
        PageActions.run(model.valid(), model::run),
        action("new", "fth-file", "Shortcut+Alt+N", always, file::begin),
        action("open", "fth-folder", "Shortcut+Alt+O", always, file::open),
        action("save", "fth-save", "Shortcut+Alt+S", always, () -> file.save(() -> {})),
        action("save-as", "fth-copy", "", always, () -> file.saveAs(() -> {})),
        action("dry-run", "fth-clock", "Shortcut+Shift+R", model.valid(), tabs::dryRun),
        PageActions.copyCommand(inFile, model::copyCommand),
        action("cell-show", "fth-bar-chart-2", "", tabs.openable(), tabs::open),
        action("cell-report", "fth-globe", "", model.valid(), model::openReport),
        action("cell-folder", "fth-folder", "", model.valid(), tabs::showFolder));
  }

  static Action action(
      String name, String icon, String keys, ObservableBooleanValue enabled, Runnable run) {
    String id = name.startsWith("cell-") ? name : "batch-" + name;
    return new Action(
        id, Texts.SHARED.get("menu.page"), Words.TEXTS.get(name), icon, keys, enabled, run);
  }

  @Override
  public Optional<String> loss() {
    return model.loss();
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  @Override
  public void close() {
    typed.stop();
    model.close();
  }
}
