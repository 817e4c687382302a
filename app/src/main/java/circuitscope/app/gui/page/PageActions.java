package circuitscope.app.gui.page;

import javafx.beans.value.ObservableBooleanValue;

/** The actions that every page has, by their names. */
public final class PageActions {
  private PageActions() {}

  public static Action run(ObservableBooleanValue enabled, Runnable run) {
    return action("run", "fth-play", "Shortcut+Enter", enabled, run);
  }

  public static Action copyCommand(ObservableBooleanValue enabled, Runnable run) {
    return action("copy-command", "fth-terminal", "Shortcut+Shift+C", enabled, run);
  }

  public static Action addToJob(ObservableBooleanValue enabled, Runnable run) {
    return action("add-to-job", "fth-file-plus", "Shortcut+Shift+J", enabled, run);
  }

  public static Action exportFigure(ObservableBooleanValue enabled, Runnable run) {
    return action("export-figure", "fth-image", "Shortcut+E", enabled, run);
  }

  public static Action exportData(ObservableBooleanValue enabled, Runnable run) {
    return action("export-data", "fth-download", "Shortcut+Shift+E", enabled, run);
  }

  private static Action action(
      String name, String icon, String keys, ObservableBooleanValue enabled, Runnable run) {
    return new Action(
        "page." + name,
        Texts.SHARED.get("menu.page"),
        Texts.SHARED.get("page." + name),
        icon,
        keys,
        enabled,
        run);
  }
}
