package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;

/** Every action of a window, for its menus and its palette. */
final class ActionList {
  /** The menus in their order; that of the page in front and that of all pages come between. */
  static final List<String> MENUS =
      List.of("file", "edit", "view", "page", "analyse", "window", "help");

  private final ShellViewModel shell;
  private final ShellActions actions;
  private final ShellWindow window;

  ActionList(ShellViewModel shell, ShellActions actions, ShellWindow window) {
    this.shell = shell;
    this.actions = actions;
    this.window = window;
  }

  /** Those of the shell, menu by menu. */
  List<Action> own() {
    Project project = shell.services().project();
    ObservableBooleanValue hasPage = Bindings.isNotNull(shell.currentProperty());
    ObservableBooleanValue hasModel = Bindings.isNotEmpty(shell.services().models().open());
    List<Action> list = new ArrayList<>();
    list.add(action("file", "open-model", "fth-box", "Shortcut+O", actions::openModel));
    list.add(action("file", "open-embedded", "fth-play", "", shell::openEmbedded));
    list.add(action("file", "unload", "fth-x", "", hasModel, shell::unloadLast));
    list.add(
        action(
            "file", "open-workspace", "fth-briefcase", "Shortcut+Shift+O", actions::openWorkspace));
    list.add(action("file", "save", "fth-save", "Shortcut+S", actions::saveWorkspace));
    list.add(action("file", "save-as", "fth-save", "Shortcut+Shift+S", actions::saveWorkspaceAs));
    list.add(action("file", "add-prompt", "fth-message-square", "", actions::addPrompt));
    list.add(action("file", "add-texts", "fth-file-text", "", actions::addTexts));
    list.add(action("file", "add-masks", "fth-layers", "", actions::addMasks));
    list.add(action("file", "add-result", "fth-archive", "", actions::addResult));
    list.add(action("file", "preferences", "fth-settings", "Shortcut+Comma", actions::preferences));
    list.add(action("file", "quit", "fth-power", "Shortcut+Q", window::close));
    list.add(
        action(
            "edit",
            "undo",
            "fth-rotate-ccw",
            "Shortcut+Z",
            Bindings.isNotEmpty(project.undoableProperty()),
            project::undo));
    list.add(
        action(
            "edit",
            "redo",
            "fth-rotate-cw",
            "Shortcut+Shift+Z",
            Bindings.isNotEmpty(project.redoableProperty()),
            project::redo));
    list.add(action("view", "palette", "fth-command", "Shortcut+K", window::showPalette));
    list.add(action("view", "home", "fth-home", "Shortcut+Shift+H", window::showHome));
    list.add(action("view", "side-bar", "fth-sidebar", "Shortcut+B", window::toggleSideBar));
    list.add(action("view", "jobs", "fth-activity", "Shortcut+J", window::showJobs));
    for (Settings.Appearance one : Settings.Appearance.values()) {
      String name = one.name().toLowerCase(java.util.Locale.ROOT);
      list.add(
          action(
              "view",
              "appearance-" + name,
              one == Settings.Appearance.DARK ? "fth-moon" : "fth-sun",
              "",
              () -> shell.services().settings().appearanceProperty().set(one)));
    }
    list.add(action("view", "larger", "fth-zoom-in", "Shortcut+Shift+Equals", () -> font(1)));
    list.add(action("view", "smaller", "fth-zoom-out", "Shortcut+Minus", () -> font(-1)));
    list.add(
        action("window", "new-window", "fth-plus-square", "Shortcut+Shift+N", window::another));
    list.add(
        action(
            "window", "next-page", "fth-arrow-right", "Shortcut+Page Down", () -> window.step(1)));
    list.add(
        action(
            "window",
            "previous-page",
            "fth-arrow-left",
            "Shortcut+Page Up",
            () -> window.step(-1)));
    list.add(
        action(
            "window",
            "own-window",
            "fth-external-link",
            "Shortcut+Shift+D",
            hasPage,
            window::detach));
    list.add(
        action(
            "window",
            "other-side",
            "fth-columns",
            "Shortcut+Back Slash",
            hasPage,
            window::otherSide));
    list.add(action("window", "close-page", "fth-x", "Shortcut+W", hasPage, window::closePage));
    list.add(action("help", "about", "fth-info", "", actions::about));
    return list;
  }

  private void font(int by) {
    var size = shell.services().settings().fontSizeProperty();
    size.set(Math.clamp(size.get() + by, Settings.MIN_FONT_SIZE, Settings.MAX_FONT_SIZE));
  }

  /** One to open each page, in the order of the groups. */
  List<Action> pages() {
    List<Action> list = new ArrayList<>();
    for (String group : PageTypes.groups()) {
      for (PageType type : shell.workbench().pageTypes()) {
        if (type.group().equals(group)) {
          list.add(
              new Action(
                  "open." + type.id(),
                  PageTypes.groupTitle(group),
                  type.title(),
                  type.icon(),
                  "",
                  () -> shell.open(type, Map.of())));
        }
      }
    }
    return list;
  }

  /** Everything that can be done now. */
  List<Action> all() {
    Page page = shell.currentProperty().get();
    List<Action> all = new ArrayList<>(page == null ? List.of() : page.actions());
    all.addAll(pages());
    all.addAll(own());
    for (String recent : shell.services().settings().recentModels()) {
      all.add(
          new Action(
              "recent." + recent,
              Texts.SHARED.get("menu.file"),
              Texts.SHARED.get("action.recent", recent),
              "fth-clock",
              "",
              () -> shell.openModel(recent)));
    }
    return all;
  }

  private static Action action(String menu, String id, String icon, String keys, Runnable run) {
    return new Action(
        id, Texts.SHARED.get("menu." + menu), Texts.SHARED.get("action." + id), icon, keys, run);
  }

  private static Action action(
      String menu,
      String id,
      String icon,
      String keys,
      ObservableBooleanValue enabled,
      Runnable run) {
    return new Action(
        id,
        Texts.SHARED.get("menu." + menu),
        Texts.SHARED.get("action." + id),
        icon,
        keys,
        enabled,
        run);
  }
}
