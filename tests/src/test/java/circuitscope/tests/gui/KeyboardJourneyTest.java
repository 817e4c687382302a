package circuitscope.tests.gui;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.batch.BatchPage;
import circuitscope.app.gui.batch.Check;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.StudyPage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javafx.event.Event;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.Scene;
import javafx.scene.control.ListView;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.control.MenuItem;
import javafx.scene.control.TextArea;
import javafx.scene.control.TextField;
import javafx.scene.control.ToggleButton;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyCodeCombination;
import javafx.scene.input.KeyCombination;
import javafx.scene.input.KeyEvent;
import org.junit.jupiter.api.Test;

/** Every page, without a mouse: opened, walked through and closed. */
final class KeyboardJourneyTest extends WindowTest {
  /** More than any page has controls, so that a walk that never comes round ends. */
  private static final int MOST = 250;

  @Test
  void everyControlOfEveryPageIsReached() {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && workbench.pageTypes().size() > 20);
    List<PageType> types =
        workbench.pageTypes().stream().filter(type -> !type.id().startsWith("analysis:")).toList();
    assertThat(types).hasSizeGreaterThan(7);
    for (PageType type : types) {
      Page page = open(type);
      until(() -> settled(page));
      assertThat(missed(page)).as("controls of %s that no Tab reaches", type.id()).isEmpty();
      int before = window.shell().pages().size();
      press(KeyCode.CONTROL, KeyCode.W).release(KeyCode.W, KeyCode.CONTROL);
      until(() -> window.shell().pages().size() == before - 1);
    }
  }

  @Test
  void everyShortcutIsAKeyOfItsOwnAndPagesAreSteppedThrough() {
    until(() -> workbench.pageTypes().size() > 20 && lookup(".menu-bar").tryQuery().isPresent());
    interact(() -> window.shell().open("batch"));
    MenuBar bar = lookup(".menu-bar").query();
    List<KeyCombination> keys =
        bar.getMenus().stream()
            .flatMap(KeyboardJourneyTest::items)
            .map(MenuItem::getAccelerator)
            .filter(Objects::nonNull)
            .toList();
    assertThat(keys).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    assertThat(keys).as("not the name of a key").hasOnlyElementsOfType(KeyCodeCombination.class);

    List<Page> pages = List.copyOf(window.shell().pages());
    assertThat(pages).hasSize(2);
    interact(() -> from(pages.getLast().view()).lookup(".text-area").query().requestFocus());
    press(KeyCode.CONTROL, KeyCode.PAGE_UP).release(KeyCode.PAGE_UP, KeyCode.CONTROL);
    until(() -> window.shell().currentProperty().get() == pages.getFirst());
    press(KeyCode.CONTROL, KeyCode.PAGE_DOWN).release(KeyCode.PAGE_DOWN, KeyCode.CONTROL);
    until(() -> window.shell().currentProperty().get() == pages.getLast());
  }

  @Test
  void aPageGoesIntoItsOwnWindowOnceAndComesBack() {
    until(() -> workbench.pageTypes().size() > 20 && lookup(".menu-bar").tryQuery().isPresent());
    Page home = Objects.requireNonNull(window.shell().currentProperty().get());
    for (int i = 0; i < 2; i++) { // the second time there is none in front
      press(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.D)
          .release(KeyCode.D, KeyCode.SHIFT, KeyCode.CONTROL);
      until(() -> window.shell().pages().isEmpty());
    }
    Scene own = home.view().getScene();
    assertThat(own).isNotEqualTo(window.stage().getScene());
    interact(() -> workbench.settings().appearanceProperty().set(Settings.Appearance.DARK));
    interact(() -> workbench.settings().fontSizeProperty().set(17));
    assertThat(own.getRoot().getStyleClass()).contains("dark").doesNotContain("light");
    assertThat(own.getRoot().getStyle()).contains("17");
    interact(() -> window.stage().requestFocus());
    press(KeyCode.CONTROL, KeyCode.SHIFT, KeyCode.H)
        .release(KeyCode.H, KeyCode.SHIFT, KeyCode.CONTROL);
    assertThat(home.view().getScene()).as("brought to the front, not taken").isEqualTo(own);
    interact(() -> own.getWindow().hide());
    until(() -> window.shell().pages().equals(List.of(home)));
    assertThat(home.view().getScene()).isEqualTo(window.stage().getScene());
  }

  @Test
  void controlEnterRunsTheQuestionInFront() {
    fire("open-embedded");
    until(() -> workbench.models().open().size() == 1 && workbench.pageTypes().size() > 20);
    interact(() -> window.shell().open("residual"));
    StudyPage page = (StudyPage) Objects.requireNonNull(window.shell().currentProperty().get());
    var lens = ((QuestionPage) page.model().chosenProperty().get().question()).model().runner();
    interact(() -> page.model().choose("residual.norms"));
    var norms = ((QuestionPage) page.model().chosenProperty().get().question()).model().runner();
    press(KeyCode.CONTROL, KeyCode.ENTER).release(KeyCode.ENTER, KeyCode.CONTROL);
    until(() -> norms.state().shown().isPresent());
    assertThat(lens.state().shown()).isEmpty();
  }

  @Test
  void thePaletteRunsWhatMatchesAgainAfterNothingDid() {
    until(() -> workbench.pageTypes().size() > 20);
    press(KeyCode.CONTROL, KeyCode.K).release(KeyCode.K, KeyCode.CONTROL);
    until(() -> shown("palette"));
    TextField query = lookup("#palette-query").query();
    ListView<?> list = lookup("#palette-list").query();
    interact(() -> query.setText("zzqq"));
    until(() -> list.getItems().isEmpty());
    interact(() -> query.setText("results"));
    type(KeyCode.ENTER);
    until(() -> window.shell().pages().size() == 2);
  }

  private static Stream<MenuItem> items(MenuItem item) {
    return item instanceof Menu menu
        ? menu.getItems().stream().flatMap(KeyboardJourneyTest::items)
        : Stream.of(item);
  }

  /** By the command palette, as its title is typed. */
  private Page open(PageType type) {
    int before = window.shell().pages().size();
    press(KeyCode.CONTROL, KeyCode.K).release(KeyCode.K, KeyCode.CONTROL);
    until(() -> shown("palette"));
    write(type.title());
    type(KeyCode.ENTER);
    until(() -> window.shell().pages().size() == before + 1);
    Page page = window.shell().currentProperty().get();
    assertThat(window.shell().typeOf(page)).as("opened by its title").contains(type);
    return page;
  }

  /**
   * Whether nothing is under way any more that enables controls: no job, no check of a job file.
   */
  private boolean settled(Page page) {
    boolean read =
        !(page instanceof BatchPage batch)
            || !(batch.model().checkProperty().get() instanceof Check.Reading);
    return read && jobs.all().stream().allMatch(job -> job.state().ended());
  }

  /** Walked and looked over in one step of the window, so that no control changes between. */
  private List<Node> missed(Page page) {
    List<Node> missed = new ArrayList<>();
    interact(
        () -> {
          Set<Node> reached = walk(page);
          reachable(page.view()).filter(node -> !reached.contains(node)).forEach(missed::add);
        });
    return missed;
  }

  /** Follows Tab (in a text area, Ctrl+Tab) until the walk comes round. */
  private Set<Node> walk(Page page) {
    Set<Node> reached = Collections.newSetFromMap(new IdentityHashMap<>());
    Node first = reachable(page.view()).findFirst().orElseThrow();
    first.requestFocus();
    Node focused = first;
    int steps = 0;
    do {
      reached.add(focused);
      Event.fireEvent(focused, tab(focused instanceof TextArea area && area.isEditable()));
      focused = window.stage().getScene().getFocusOwner();
    } while (focused != first && ++steps < MOST);
    return reached;
  }

  private static KeyEvent tab(boolean control) {
    return new KeyEvent(KeyEvent.KEY_PRESSED, "", "", KeyCode.TAB, false, control, false, false);
  }

  /** What takes the focus; of toggles that stand together one is enough, the arrows do the rest. */
  private static Stream<Node> reachable(Node view) {
    List<Node> nodes = new ArrayList<>();
    collect(view, nodes);
    return nodes.stream();
  }

  private static void collect(Node node, List<Node> nodes) {
    if (!node.isVisible() || node.isDisabled()) {
      return;
    }
    boolean grouped = node instanceof ToggleButton toggle && toggle.getToggleGroup() != null;
    if (node.isFocusTraversable() && !grouped) {
      nodes.add(node);
    }
    if (node instanceof Parent parent) {
      parent.getChildrenUnmodifiable().forEach(child -> collect(child, nodes));
    }
  }
}
