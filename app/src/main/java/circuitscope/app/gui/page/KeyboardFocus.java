package circuitscope.app.gui.page;

import java.util.Objects;
import java.util.stream.Stream;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.Scene;

/**
 * Where the keyboard is. {@link Node#focusWithinProperty} does not tell: the cells of lists and
 * tables have a focus of their own, which they are given whenever they are filled.
 */
public final class KeyboardFocus {
  private KeyboardFocus() {}

  /** Whether the node that has the keyboard is this one or within it. */
  public static ObservableValue<Boolean> within(Node node) {
    return node.sceneProperty()
        .flatMap(Scene::focusOwnerProperty)
        .map(owner -> chain(owner).anyMatch(node::equals))
        .orElse(false);
  }

  private static Stream<Node> chain(Node from) {
    return Stream.iterate(from, Objects::nonNull, Node::getParent);
  }
}
