package circuitscope.app.gui.page;

import javafx.beans.binding.Bindings;
import javafx.beans.value.ObservableBooleanValue;

/**
 * Something that can be done: an entry of menus and of the command palette, with its keys.
 *
 * @param id unique, such as {@code model.open}; the node that stands for it has it as its id
 * @param group the menu it belongs to
 * @param icon an Ikonli literal of the Feather pack, such as {@code fth-folder}
 * @param keys as JavaFX writes key combinations, such as {@code Shortcut+K}; empty for none
 */
public record Action(
    String id,
    String group,
    String text,
    String icon,
    String keys,
    ObservableBooleanValue enabled,
    Runnable run) {

  /** One that can always be done. */
  public Action(String id, String group, String text, String icon, String keys, Runnable run) {
    this(id, group, text, icon, keys, Bindings.createBooleanBinding(() -> true), run);
  }
}
