package circuitscope.app.gui.page;

import circuitscope.app.session.workspace.Item;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;

/** What stands in one tab. */
public interface Page {
  /** The tab's title. */
  ObservableValue<String> title();

  /** The page's controls; asked for once. */
  Node view();

  /** What can be done on this page, for the command palette while it is in front. */
  default List<Action> actions() {
    return List.of();
  }

  /** What is in front on the page; when it changes, {@link #actions} are asked for again. */
  default ObservableValue<?> front() {
    return new ReadOnlyObjectWrapper<>(this);
  }

  /** What closing the page would lose, as a question to the user; empty for nothing. */
  default Optional<String> loss() {
    return Optional.empty();
  }

  /** What opens the page again as it is: see {@link PageType#open}. */
  default Map<String, Object> state() {
    return Map.of();
  }

  /** Takes a prompt, text or mask of the project into its question; false where it cannot. */
  default boolean take(Item item, Project project) {
    return false;
  }

  /** Cancels what runs for it and frees what it holds. */
  default void close() {}
}
