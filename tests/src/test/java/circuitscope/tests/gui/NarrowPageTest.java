package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.heads.HeadsPage;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javafx.geometry.Bounds;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.ButtonBase;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Region;
import org.junit.jupiter.api.Test;

/** Half a small window is enough for every page. */
final class NarrowPageTest extends WindowTest {
  private static final double WIDTH = 600;

  @Test
  void noButtonIsCutOffOnANarrowPage() {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && !workbench.pageTypes().isEmpty());
    List<String> outside = new ArrayList<>();
    for (PageType type : List.copyOf(workbench.pageTypes())) {
      interact(() -> check(type, outside));
    }
    assertThat(outside).isEmpty();
  }

  private void check(PageType type, List<String> outside) {
    Page page = window.shell().open(type, Map.of()).orElseThrow();
    outside.addAll(cutOff(type.id(), page));
    if (page instanceof StudyPage study) {
      for (Entry entry : study.model().entries()) {
        study.model().choose(entry);
        outside.addAll(cutOff(type.id() + " " + entry.id(), page));
      }
    }
    window.shell().close(page);
  }

  @Test
  void anAnswerFitsANarrowPageToo() {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && shown("open-heads"));
    fire("open-heads");
    until(() -> shown("run"));
    HeadsPage page = (HeadsPage) Objects.requireNonNull(window.shell().currentProperty().get());
    interact(() -> page.model().run());
    until(() -> shown("parts"));
    List<String> outside = new ArrayList<>();
    interact(() -> outside.addAll(cutOff("heads", page)));
    assertThat(outside).isEmpty();
  }

  private static List<String> cutOff(String name, Page page) {
    Region view = (Region) page.view();
    assertThat(view.minWidth(-1)).as(name).isLessThanOrEqualTo(WIDTH);
    view.applyCss();
    view.resize(WIDTH, 700);
    view.layout();
    List<String> outside = new ArrayList<>();
    collect(view, view, name, outside);
    return outside;
  }

  private static void collect(Region view, Node node, String name, List<String> outside) {
    if (!node.isVisible()) {
      return;
    }
    if (node instanceof ButtonBase || node instanceof ScrollPane) {
      Bounds bounds = view.sceneToLocal(node.localToScene(node.getLayoutBounds()));
      if (bounds.getMinX() < -1 || bounds.getMaxX() > WIDTH + 1) {
        outside.add(name + ": " + node + " ends at " + bounds.getMaxX());
      }
    }
    // What does not fit into a scroll pane can be scrolled to.
    if (node instanceof Parent parent && !(node instanceof ScrollPane)) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(view, child, name, outside));
    }
  }
}
