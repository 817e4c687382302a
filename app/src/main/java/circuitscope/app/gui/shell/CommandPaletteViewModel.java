package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Action;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** Finds actions by what one remembers of their names. */
public final class CommandPaletteViewModel {
  private static final int NO_MATCH = Integer.MAX_VALUE;

  private final Supplier<List<Action>> actions;
  private final StringProperty query = new SimpleStringProperty("");
  private final ObservableList<Action> matches = FXCollections.observableArrayList();

  /**
   * A palette.
   *
   * @param actions all of them, as they are when the palette opens
   */
  public CommandPaletteViewModel(Supplier<List<Action>> actions) {
    this.actions = actions;
    query.addListener((property, old, now) -> search());
  }

  public StringProperty queryProperty() {
    return query;
  }

  /** The best first; all of them while nothing is asked. */
  public ObservableList<Action> matches() {
    return matches;
  }

  /** Begins anew. */
  public void reset() {
    query.set("");
    search();
  }

  private void search() {
    String asked = query.get().strip().toLowerCase(Locale.ROOT);
    matches.setAll(
        actions.get().stream()
            .filter(action -> distance(action, asked) < NO_MATCH)
            .sorted(Comparator.comparingInt(action -> distance(action, asked)))
            .toList());
  }

  /** Smaller for better: whole, at the start, at a word's start, inside, letters in their order. */
  static int distance(Action action, String asked) {
    String name = action.text().toLowerCase(Locale.ROOT);
    String all = (name + " " + action.group() + " " + action.id()).toLowerCase(Locale.ROOT);
    if (name.equals(asked)) {
      return 0;
    }
    if (name.startsWith(asked)) {
      return 1;
    }
    if (name.contains(" " + asked)) {
      return 2;
    }
    if (name.contains(asked)) {
      return 3;
    }
    if (List.of(asked.split("\\s+")).stream().allMatch(all::contains)) {
      return 4;
    }
    return asked.length() > 2 && inOrder(name, asked) ? 5 : NO_MATCH;
  }

  private static boolean inOrder(String text, String letters) {
    int at = 0;
    for (int i = 0; i < letters.length(); i++) {
      at = text.indexOf(letters.charAt(i), at) + 1;
      if (at == 0) {
        return false;
      }
    }
    return true;
  }
}
