package circuitscope.app.gui.page;

import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;

/** The words of the window, from a resource bundle; a page keeps its own beside it. */
public final class Texts {
  /** What the shell and every page share. */
  public static final Texts SHARED = new Texts("circuitscope.app.gui.texts");

  private final ResourceBundle bundle;

  /**
   * Opens the bundle of that name.
   *
   * @throws MissingResourceException when there is none
   */
  public Texts(String bundle) {
    this.bundle = ResourceBundle.getBundle(bundle, Locale.ROOT);
  }

  /**
   * A text, its {@code %s} filled in.
   *
   * @throws MissingResourceException when there is no such text
   */
  public String get(String key, Object... arguments) {
    String text = bundle.getString(key);
    return arguments.length == 0 ? text : String.format(Locale.ROOT, text, arguments);
  }

  public Optional<String> find(String key) {
    return bundle.containsKey(key) ? Optional.of(bundle.getString(key)) : Optional.empty();
  }
}
