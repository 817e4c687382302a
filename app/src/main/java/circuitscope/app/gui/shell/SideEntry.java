package circuitscope.app.gui.shell;

import java.util.Optional;

/**
 * A line of the side bar.
 *
 * @param icon an Ikonli literal; empty for none
 * @param faint whether it is there but not open
 * @param adds what its plus sign does
 * @param opens what a double click or Enter does
 * @param removes what its cross or Delete does
 * @param removeText key of what the cross is called
 */
record SideEntry(
    String id,
    String text,
    String note,
    String icon,
    boolean faint,
    Optional<Runnable> adds,
    Optional<Runnable> opens,
    Optional<Runnable> removes,
    String removeText) {

  SideEntry(String id, String text, String note, String icon, boolean faint) {
    this(id, text, note, icon, faint, Optional.empty(), Optional.empty(), Optional.empty(), "");
  }

  SideEntry adding(Runnable add) {
    return new SideEntry(id, text, note, icon, faint, Optional.of(add), opens, removes, removeText);
  }

  SideEntry opening(Runnable open) {
    return new SideEntry(id, text, note, icon, faint, adds, Optional.of(open), removes, removeText);
  }

  SideEntry removing(String called, Runnable remove) {
    return new SideEntry(id, text, note, icon, faint, adds, opens, Optional.of(remove), called);
  }
}
