package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.KeyboardFocus;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Texts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.collections.ListChangeListener;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;

/** The pages of a window as tabs, on one side or on two beside each other. */
final class PageArea extends SplitPane {
  private final ShellViewModel shell;
  private final Consumer<Page> detach;
  private final Map<Page, Tab> tabs = new HashMap<>();
  private final TabPane left = pane("left");
  private final TabPane right = pane("right");

  PageArea(ShellViewModel shell, Consumer<Page> detach) {
    this.shell = shell;
    this.detach = detach;
    setId("pages");
    getStyleClass().add("page-area");
    getItems().setAll(left);
    shell.pages().addListener((ListChangeListener<Page>) this::changed);
    shell
        .currentProperty()
        .addListener(
            (property, old, now) -> {
              Tab tab = tabs.get(now);
              if (tab != null && tab.getTabPane() != null) {
                tab.getTabPane().getSelectionModel().select(tab);
              }
            });
  }

  private TabPane pane(String id) {
    TabPane pane = new TabPane();
    pane.setId("tabs-" + id);
    pane.setTabDragPolicy(TabPane.TabDragPolicy.REORDER);
    pane.setTabClosingPolicy(TabPane.TabClosingPolicy.ALL_TABS);
    pane.getSelectionModel()
        .selectedItemProperty()
        .addListener(
            (property, old, now) -> {
              if (now != null) {
                shell.currentProperty().set((Page) now.getUserData());
              }
            });
    KeyboardFocus.within(pane)
        .addListener(
            (property, old, now) -> {
              Tab tab = pane.getSelectionModel().getSelectedItem();
              if (now && tab != null) {
                shell.currentProperty().set((Page) tab.getUserData());
              }
            });
    return pane;
  }

  /** The side of the page in front. */
  private TabPane front() {
    Tab tab = tabs.get(shell.currentProperty().get());
    return tab != null && tab.getTabPane() == right ? right : left;
  }

  private void changed(ListChangeListener.Change<? extends Page> change) {
    while (change.next()) {
      for (Page page : change.getRemoved()) {
        Tab tab = tabs.remove(page);
        if (tab != null) {
          tab.getTabPane().getTabs().remove(tab);
          tab.setContent(null);
        }
      }
      for (Page page : change.getAddedSubList()) {
        Tab tab = tab(page);
        tabs.put(page, tab);
        TabPane target = front();
        target.getTabs().add(tab);
        target.getSelectionModel().select(tab);
      }
    }
    arrange();
  }

  private Tab tab(Page page) {
    Tab tab = new Tab();
    tab.setUserData(page);
    tab.textProperty().bind(page.title());
    tab.setContent(page.view());
    String icon = shell.typeOf(page).map(PageType::icon).orElse("fth-file");
    tab.setGraphic(Icons.of(icon));
    shell.typeOf(page).ifPresent(type -> tab.setTooltip(Icons.tooltip(type.help())));
    tab.setOnCloseRequest(
        event -> {
          event.consume();
          shell.close(page);
        });
    tab.setContextMenu(
        new ContextMenu(
            item("action.close-page", () -> shell.close(page)),
            item(
                "action.close-others",
                () ->
                    List.copyOf(shell.pages()).stream()
                        .filter(other -> other != page)
                        .forEach(shell::close)),
            item("action.other-side", () -> otherSide(page)),
            item("action.own-window", () -> detach.accept(page))));
    return tab;
  }

  private static MenuItem item(String text, Runnable run) {
    MenuItem item = new MenuItem(Texts.SHARED.get(text));
    item.setOnAction(event -> run.run());
    return item;
  }

  /** Moves a page to the other side, which appears with its first page. */
  void otherSide(Page page) {
    Tab tab = tabs.get(page);
    if (tab != null) {
      TabPane from = tab.getTabPane();
      TabPane to = from == left ? right : left;
      from.getTabs().remove(tab);
      to.getTabs().add(tab);
      to.getSelectionModel().select(tab);
      arrange();
    }
  }

  private void arrange() {
    List<TabPane> shown =
        right.getTabs().isEmpty()
            ? List.of(left)
            : left.getTabs().isEmpty() ? List.of(right) : List.of(left, right);
    if (!getItems().equals(shown)) {
      getItems().setAll(shown);
      setDividerPositions(0.5);
    }
  }

  /** Selects the tab that many further on. */
  void step(int by) {
    TabPane pane = front();
    int count = pane.getTabs().size();
    if (count > 0) {
      int next = Math.floorMod(pane.getSelectionModel().getSelectedIndex() + by, count);
      pane.getSelectionModel().select(next);
    }
  }
}
