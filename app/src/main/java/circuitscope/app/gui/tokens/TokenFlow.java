package circuitscope.app.gui.tokens;

import java.util.List;
import javafx.animation.AnimationTimer;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.css.PseudoClass;
import javafx.geometry.Insets;
import javafx.scene.AccessibleRole;
import javafx.scene.control.Label;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.Background;
import javafx.scene.layout.BackgroundFill;
import javafx.scene.layout.CornerRadii;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.VBox;
import javafx.scene.paint.Color;

/**
 * Tokens as chips, line after line. The mouse and the arrow keys point at one, a click and Enter
 * pick it; it is one stop of the tab key.
 */
public final class TokenFlow extends FlowPane {
  /** More chips than these make a window slow; the figures show all. */
  public static final int MOST = 512;

  /** Those made at once; styling 512 of them would hold the window for half a second. */
  private static final int FIRST = 64;

  /** Those that follow in each frame. */
  private static final int A_FRAME = 32;

  private static final PseudoClass PICKED = PseudoClass.getPseudoClass("picked");
  private static final PseudoClass POINTED = PseudoClass.getPseudoClass("pointed");
  private static final CornerRadii ROUND = new CornerRadii(3);

  private final ReadOnlyIntegerWrapper pointed = new ReadOnlyIntegerWrapper(-1);
  private final IntegerProperty picked = new SimpleIntegerProperty(-1);
  private List<Chip> chips = List.of();

  private final AnimationTimer rest =
      new AnimationTimer() {
        @Override
        public void handle(long now) {
          add(A_FRAME);
        }
      };

  public TokenFlow(String id, String accessibleText) {
    setId(id);
    getStyleClass().add("token-flow");
    setFocusTraversable(true);
    setAccessibleRole(AccessibleRole.LIST_VIEW);
    setAccessibleText(accessibleText);
    setOnKeyPressed(this::pressed);
    setOnMouseExited(event -> point(-1));
    pointed.addListener((property, old, now) -> mark(POINTED, old.intValue(), now.intValue()));
    picked.addListener((property, old, now) -> mark(PICKED, old.intValue(), now.intValue()));
  }

  /** Shows these, the first {@link #MOST} of them; keeps what is picked where it still is. */
  public void show(List<Chip> shown) {
    List<Chip> cut = shown.size() > MOST ? shown.subList(0, MOST) : List.copyOf(shown);
    List<Chip> before = chips;
    boolean anew = cut.size() != before.size() || parts(cut) != parts(before);
    chips = cut;
    if (anew) {
      point(-1);
      getChildren().clear();
      if (picked.get() >= chips.size()) {
        picked.set(-1);
      }
      rest.start();
      add(FIRST);
      return;
    }
    for (int i = 0; i < getChildren().size(); i++) {
      if (!chips.get(i).equals(before.get(i))) {
        fill((VBox) getChildren().get(i), chips.get(i));
      }
    }
  }

  private void add(int count) {
    int from = getChildren().size();
    int to = Math.min(from + count, chips.size());
    for (int i = from; i < to; i++) {
      VBox node = node(i);
      fill(node, chips.get(i));
      getChildren().add(node);
      mark(PICKED, -1, i == picked.get() ? i : -1);
      mark(POINTED, -1, i == pointed.get() ? i : -1);
    }
    if (to == chips.size()) {
      rest.stop();
    }
  }

  private static int parts(List<Chip> of) {
    return of.isEmpty() ? 0 : of.getFirst().parts().size();
  }

  private VBox node(int index) {
    VBox node = new VBox();
    node.getStyleClass().add("token-chip");
    for (int part = 0; part < chips.get(index).parts().size(); part++) {
      Label label = new Label();
      label.getStyleClass().add("token-label");
      Label note = new Label();
      note.getStyleClass().add("token-note");
      node.getChildren().addAll(label, note);
    }
    node.setOnMouseEntered(event -> point(index));
    node.setOnMouseClicked(
        event -> {
          requestFocus();
          picked.set(index);
        });
    return node;
  }

  private static void fill(VBox node, Chip chip) {
    for (int part = 0; part < chip.parts().size(); part++) {
      Chip.Part shown = chip.parts().get(part);
      Label label = (Label) node.getChildren().get(2 * part);
      label.setText(shown.label());
      Label note = (Label) node.getChildren().get(2 * part + 1);
      note.setText(shown.note());
      boolean alone = chip.parts().size() == 1; // of two texts, lines must stay level
      note.setManaged(!alone || !shown.note().isEmpty());
      if (shown.colour() == 0) {
        label.setBackground(null);
        label.setStyle("");
      } else {
        Color colour = Swatch.of(shown.colour());
        label.setBackground(new Background(new BackgroundFill(colour, ROUND, Insets.EMPTY)));
        label.setStyle(Swatch.isLight(colour) ? "-fx-text-fill: #1a1a1a" : "-fx-text-fill: #fff");
      }
    }
  }

  private void mark(PseudoClass mark, int old, int now) {
    if (old >= 0 && old < getChildren().size()) {
      getChildren().get(old).pseudoClassStateChanged(mark, false);
    }
    if (now >= 0 && now < getChildren().size()) {
      getChildren().get(now).pseudoClassStateChanged(mark, true);
      setAccessibleHelp(chips.get(now).spoken());
    }
  }

  private void pressed(KeyEvent event) {
    int from = pointed.get() >= 0 ? pointed.get() : picked.get();
    switch (event.getCode()) {
      case RIGHT, DOWN -> point(Math.min(from + 1, chips.size() - 1));
      case LEFT, UP -> point(Math.max(from - 1, 0));
      case HOME -> point(0);
      case END -> point(chips.size() - 1);
      case ENTER, SPACE -> picked.set(pointed.get());
      default -> {
        return;
      }
    }
    event.consume();
  }

  /** Points at a token from elsewhere, such as from a row of a map; −1 at none. */
  public void point(int index) {
    pointed.set(index < chips.size() ? index : -1);
  }

  /** The token under the mouse or the arrow keys; −1 for none. */
  public ReadOnlyIntegerProperty pointedProperty() {
    return pointed.getReadOnlyProperty();
  }

  /** The token that was chosen; −1 for none. */
  public IntegerProperty pickedProperty() {
    return picked;
  }
}
