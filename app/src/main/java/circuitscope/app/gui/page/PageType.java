package circuitscope.app.gui.page;

import java.util.Map;

/**
 * A kind of page that can be opened.
 *
 * @param id unique: {@code attention}, or {@code analysis:heads.detect}
 * @param group the heading it stands under in the menu and on the home page
 * @param help one or two sentences: what is seen, after which paper
 */
public record PageType(
    String id, String group, String title, String help, String icon, Opener opener) {

  /** Makes a page. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Makes a page; runs on the window's thread and must not wait.
     *
     * @param state what {@link Page#state} gave another time; empty for a new page
     */
    Page open(Services services, Map<String, Object> state);
  }

  public Page open(Services services, Map<String, Object> state) {
    return opener.open(services, state);
  }
}
