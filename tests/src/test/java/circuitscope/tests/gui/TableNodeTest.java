package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.TableNode;
import circuitscope.probes.analysis.DataTable;
import java.util.List;
import javafx.scene.Scene;
import javafx.scene.control.Labeled;
import javafx.scene.layout.StackPane;
import javafx.scene.text.Text;
import org.junit.jupiter.api.Test;

final class TableNodeTest extends WindowTest {
  @Test
  void headsAreReadInLettersOfAnySize() {
    interact(
        () -> {
          List<String> names = List.of("L3H1 residual", "L3H2 residual");
          TableNode table =
              new TableNode(new DataTable("heads", names, List.of(List.<Object>of(0.5, 0.25))));
          StackPane root = new StackPane(table);
          new Scene(root, 900, 400);
          for (int size : List.of(20, 24, 13)) {
            root.setStyle("-fx-font-size: " + size + "px;");
            root.applyCss();
            root.layout();
            root.layout();
            Labeled head = (Labeled) table.lookup(".column-header .label");
            Text whole = new Text(names.getFirst());
            whole.setFont(head.getFont());
            assertThat(head.getFont().getSize()).isEqualTo(size);
            assertThat(table.getColumns().getFirst().getWidth())
                .as("at %d px", size)
                .isGreaterThan(whole.getLayoutBounds().getWidth() + 8);
          }
        });
  }
}
