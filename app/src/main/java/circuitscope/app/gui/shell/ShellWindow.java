package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.Scene;
import javafx.scene.control.Alert;
import javafx.scene.control.Button;
import javafx.scene.control.ButtonBar.ButtonData;
import javafx.scene.control.ButtonType;
import javafx.scene.control.SplitPane;
import javafx.scene.input.Clipboard;
import javafx.scene.input.ClipboardContent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/** One window: menus and tools above, the project on the left, pages, the status below. */
public final class ShellWindow implements Services.Notices {
  private static final double SIDE_SHARE = 0.18;

  private final Stage stage;
  private final ShellViewModel shell;
  private final Consumer<ShellWindow> another;
  private final ActionList actionList;
  private final StackPane root = new StackPane();
  private final VBox top = new VBox();
  private final PageArea pages;
  private final SideBar side;
  private final SplitPane split;
  private final StatusBar status;
  private final VBox banners = new VBox();
  private final HomePage home;
  private final PageType homeType;
  private final Consumer<Scene> dress;
  private final Map<Page, Stage> ownWindows = new HashMap<>();
  private @Nullable CommandPalette palette;
  private @Nullable StackPane jobsVeil;

  /**
   * A window over a workbench.
   *
   * @param files makes the file dialogs of a stage
   * @param dress gives a scene its style
   * @param another opens a further window
   */
  public ShellWindow(
      Workbench workbench,
      Stage stage,
      Function<Stage, circuitscope.app.gui.page.FileDialogs> files,
      Consumer<Scene> dress,
      Consumer<ShellWindow> another) {
    this.stage = stage;
    this.another = another;
    this.dress = dress;
    this.shell =
        new ShellViewModel(
            workbench,
            workbench.services(files.apply(stage), this, ShellWindow::copy, this::openPage));
    ShellActions actions = new ShellActions(shell, this);
    this.actionList = new ActionList(shell, actions, this);
    this.pages = new PageArea(shell, this::detach);
    this.side = new SideBar(shell, actions);
    this.status = new StatusBar(workbench, this::showJobs);
    this.home = new HomePage(shell, actions);
    this.homeType = HomePage.type(home);
    banners.setId("banners");
    split = new SplitPane(side, pages);
    SplitPane.setResizableWithParent(side, false);
    split.setDividerPositions(SIDE_SHARE);
    split.getStyleClass().add("main-split");
    BorderPane main = new BorderPane(split);
    top.getStyleClass().add("window-top");
    top.getChildren().setAll(banners);
    main.setTop(top);
    main.setBottom(status);
    root.getChildren().setAll(main);
    root.getStyleClass().add("shell");
    Scene scene = new Scene(root, 1440, 900);
    dress.accept(scene);
    scene.setOnDragOver(
        event -> {
          if (event.getDragboard().hasFiles()) {
            event.acceptTransferModes(TransferMode.COPY);
          }
        });
    scene.setOnDragDropped(
        event -> {
          actions.dropped(
              event.getDragboard().getFiles().stream().map(file -> file.toPath()).toList());
          event.setDropCompleted(true);
        });
    stage.setScene(scene);
    title();
    stage.setOnCloseRequest(
        event -> {
          event.consume();
          close();
        });
    showHome();
  }

  /** Fills in what the first frame does not wait for: it takes as long again. */
  void complete() {
    top.getChildren().setAll(new Menus(shell, actionList), toolBar(), banners);
    side.open();
    status.open();
  }

  private void openPage(String type, Map<String, Object> state) {
    shell.type(type).ifPresent(found -> shell.open(found, state));
  }

  private void title() {
    var project = shell.services().project();
    stage
        .titleProperty()
        .bind(
            Bindings.createStringBinding(
                () -> {
                  var path = project.pathProperty().get();
                  String name = path == null ? "" : path.getFileName() + " – ";
                  return (project.changedProperty().get() && path != null ? "● " : "")
                      + name
                      + "Circuitscope";
                },
                project.pathProperty(),
                project.changedProperty()));
  }

  private HBox toolBar() {
    Map<String, Action> actions = new java.util.HashMap<>();
    actionList.own().forEach(action -> actions.put(action.id(), action));
    HBox bar = new HBox();
    bar.setId("tools");
    bar.getStyleClass().add("tool-row");
    bar.setAlignment(Pos.CENTER_LEFT);
    for (String id :
        List.of("side-bar", "home", "open-model", "open-workspace", "save", "undo", "redo")) {
      Action action = java.util.Objects.requireNonNull(actions.get(id));
      Button button = Icons.button("tool-" + id, action.icon(), action.text(), action.run());
      button.disableProperty().bind(Bindings.not(action.enabled()));
      bar.getChildren().add(button);
    }
    Button search = new Button(Texts.SHARED.get("palette.open"), Icons.of("fth-search"));
    search.setId("tool-palette");
    search.getStyleClass().add("search-button");
    search.setAlignment(Pos.CENTER_LEFT);
    search.setPrefWidth(420);
    search.setOnAction(event -> showPalette());
    Button theme =
        Icons.button(
            "tool-theme",
            "fth-moon",
            Texts.SHARED.get("action.toggle-theme"),
            () -> {
              boolean dark =
                  shell.workbench().themeProperty().get() == circuitscope.viz.palette.Theme.DARK;
              shell
                  .services()
                  .settings()
                  .appearanceProperty()
                  .set(
                      dark
                          ? circuitscope.app.gui.page.Settings.Appearance.LIGHT
                          : circuitscope.app.gui.page.Settings.Appearance.DARK);
            });
    Action preferences = java.util.Objects.requireNonNull(actions.get("preferences"));
    Button settings =
        Icons.button("tool-preferences", "fth-settings", preferences.text(), preferences.run());
    Region before = new Region();
    Region after = new Region();
    HBox.setHgrow(before, Priority.ALWAYS);
    HBox.setHgrow(after, Priority.ALWAYS);
    bar.getChildren().addAll(before, search, after, theme, settings);
    return bar;
  }

  private static StackPane veil(Region content) {
    StackPane veil = new StackPane(content);
    content.setMaxSize(Region.USE_PREF_SIZE, Region.USE_PREF_SIZE);
    StackPane.setAlignment(content, Pos.BOTTOM_RIGHT);
    veil.getStyleClass().add("jobs-veil");
    veil.setVisible(false);
    veil.setOnMousePressed(
        event -> {
          if (event.getTarget() == veil) {
            veil.setVisible(false);
          }
        });
    veil.setOnKeyPressed(
        event -> {
          if (event.getCode() == javafx.scene.input.KeyCode.ESCAPE) {
            veil.setVisible(false);
          }
        });
    return veil;
  }

  public Stage stage() {
    return stage;
  }

  public ShellViewModel shell() {
    return shell;
  }

  void showPalette() {
    if (palette == null) {
      palette = new CommandPalette(actionList::all);
      root.getChildren().add(palette);
    }
    palette.show();
  }

  void showHome() {
    Stage own = ownWindows.get(home);
    if (own == null) {
      shell.show(homeType, home);
    } else {
      own.toFront();
    }
  }

  void showJobs() {
    if (jobsVeil == null) {
      jobsVeil = veil(new JobsPane(shell.workbench().jobs()));
      root.getChildren().add(jobsVeil);
    }
    jobsVeil.setVisible(!jobsVeil.isVisible());
    if (jobsVeil.isVisible()) {
      jobsVeil.lookup("#jobs-list").requestFocus();
    }
  }

  void toggleSideBar() {
    if (split.getItems().contains(side)) {
      split.getItems().remove(side);
    } else {
      split.getItems().addFirst(side);
      split.setDividerPositions(SIDE_SHARE);
    }
  }

  void another() {
    another.accept(this);
  }

  void step(int by) {
    pages.step(by);
  }

  void closePage() {
    Page page = shell.currentProperty().get();
    if (page != null) {
      shell.close(page);
    }
  }

  void otherSide() {
    Page page = shell.currentProperty().get();
    if (page != null) {
      pages.otherSide(page);
    }
  }

  void detach() {
    Page page = shell.currentProperty().get();
    if (page != null) {
      detach(page);
    }
  }

  /** Shows a page in a window of its own; closing that brings it back. */
  private void detach(Page page) {
    shell.release(page);
    Stage own = new Stage();
    own.initOwner(stage);
    own.titleProperty().bind(page.title());
    StackPane root = new StackPane(page.view());
    root.getStyleClass().add("shell");
    Scene scene = new Scene(root, 1000, 720);
    dress.accept(scene);
    own.setScene(scene);
    ownWindows.put(page, own);
    own.setOnHidden(
        event -> {
          root.getChildren().clear();
          ownWindows.remove(page);
          if (stage.isShowing()) {
            shell.takeBack(page);
          } else {
            page.close();
          }
        });
    own.show();
  }

  /** Closes the window, having asked if something would be lost. */
  void close() {
    if (shell.mayClose()) {
      WindowState.keep(stage, shell.services().settings());
      List.copyOf(shell.pages()).forEach(Page::close);
      try {
        shell.services().settings().save();
      } catch (UncheckedIOException e) {
        failed(Problem.of(Texts.SHARED.get("preferences"), e));
      }
      stage.close();
    }
  }

  private static void copy(String text) {
    ClipboardContent content = new ClipboardContent();
    content.putString(text);
    Clipboard.getSystemClipboard().setContent(content);
  }

  @Override
  public void said(String text) {
    status.say(text);
  }

  @Override
  public void failed(Problem problem) {
    ProblemPane pane = new ProblemPane(problem, ShellWindow::copy);
    Button dismiss = new Button(Texts.SHARED.get("problem.dismiss"));
    dismiss.setId("problem-dismiss");
    pane.addButton(dismiss);
    dismiss.setOnAction(event -> banners.getChildren().remove(pane));
    pane.getStyleClass().add("banner");
    banners.getChildren().setAll(pane);
  }

  @Override
  public boolean confirm(String question, String goOn) {
    ButtonType yes = new ButtonType(goOn, ButtonData.OK_DONE);
    Alert alert = new Alert(Alert.AlertType.CONFIRMATION, question, yes, ButtonType.CANCEL);
    alert.initOwner(stage);
    alert.setHeaderText(null);
    return alert.showAndWait().filter(button -> button == yes).isPresent();
  }
}
