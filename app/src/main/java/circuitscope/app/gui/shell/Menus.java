package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.Texts;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javafx.beans.Observable;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableValue;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.SeparatorMenuItem;
import javafx.scene.input.KeyCombination;

/** The menu bar, made from the actions. */
final class Menus extends MenuBar {
  private final ActionList actions;
  private final Map<String, Menu> menus = new TreeMap<>();

  Menus(ShellViewModel shell, ActionList actions) {
    this.actions = actions;
    setId("menus");
    for (String name : ActionList.MENUS) {
      Menu menu = new Menu(Texts.SHARED.get("menu." + name));
      menu.setId("menu-" + name);
      menus.put(menu.getText(), menu);
      getMenus().add(menu);
    }
    for (Action action : actions.own()) {
      menu(action.group()).getItems().add(item(action, action.keys()));
    }
    shell.workbench().pageTypes().addListener((Observable change) -> fillAnalyse());
    ObservableValue<List<Action>> ofPage =
        shell
            .currentProperty()
            .flatMap(page -> actions(Objects.requireNonNull(page)))
            .orElse(List.of());
    ofPage.addListener((property, old, now) -> fillPage(now));
    fillAnalyse();
    fillPage(ofPage.getValue());
  }

  private static ObservableValue<List<Action>> actions(Page page) {
    return page.front().map(front -> page.actions());
  }

  private Menu menu(String title) {
    return Objects.requireNonNull(menus.get(title), title);
  }

  private static MenuItem item(Action action, String keys) {
    MenuItem item = new MenuItem(action.text(), Icons.of(action.icon()));
    item.setId("menu-" + action.id());
    item.setOnAction(event -> action.run().run());
    item.disableProperty().bind(Bindings.not(action.enabled()));
    if (!keys.isEmpty()) {
      item.setAccelerator(KeyCombination.valueOf(keys));
    }
    return item;
  }

  private void fillAnalyse() {
    Menu all = menu(Texts.SHARED.get("menu.analyse"));
    all.getItems().clear();
    Map<String, Menu> groups = new TreeMap<>();
    for (Action action : actions.pages()) {
      Menu group =
          groups.computeIfAbsent(
              action.group(),
              title -> {
                Menu menu = new Menu(title);
                all.getItems().add(menu);
                return menu;
              });
      if (group.getGraphic() == null) {
        group.setGraphic(Icons.of(action.icon()));
      }
      group.getItems().add(item(action, ""));
    }
  }

  private void fillPage(List<Action> own) {
    Menu menu = menu(Texts.SHARED.get("menu.page"));
    menu.getItems().setAll(own.stream().map(action -> item(action, action.keys())).toList());
    if (own.isEmpty()) {
      MenuItem none = new MenuItem(Texts.SHARED.get("menu.page.none"));
      none.setDisable(true);
      menu.getItems().setAll(none, new SeparatorMenuItem());
      menu.getItems().removeLast();
    }
  }
}
