package circuitscope.app.gui.batch;

import circuitscope.app.gui.batch.Check.Mistake;
import circuitscope.app.gui.page.Icons;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javafx.beans.Observable;
import javafx.geometry.VPos;
import javafx.scene.Group;
import javafx.scene.Node;
import javafx.scene.control.TextArea;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Pane;
import javafx.scene.shape.Rectangle;
import javafx.scene.text.Text;
import org.jspecify.annotations.Nullable;

/** The text of a job file, its lines numbered and those with mistakes marked. */
final class JobEditor extends BorderPane {
  private static final double GUTTER = 46;
  private static final double SAME = 1e-3;

  private final TextArea area = Icons.named(new TextArea(), "job-text", Words.TEXTS.get("editor"));
  private final Text numbers = text("line-numbers");
  private final Group marks = new Group();
  private final Pane gutter = new Pane(numbers, marks);
  private @Nullable Node content;
  private int lines = 1;
  private double pitch;

  JobEditor(BatchViewModel model) {
    getStyleClass().add("job-editor");
    area.textProperty().bindBidirectional(model.file().textProperty());
    area.getStyleClass().add("document");
    area.addEventFilter(KeyEvent.KEY_PRESSED, this::indent);
    Rectangle clip = new Rectangle(GUTTER, 0);
    numbers.fontProperty().bind(area.fontProperty());
    clip.heightProperty().bind(gutter.heightProperty());
    gutter.setClip(clip);
    gutter.setMinWidth(GUTTER);
    gutter.setMaxWidth(GUTTER);
    gutter.getStyleClass().add("job-gutter");
    gutter.setMouseTransparent(true);
    numbers.setTranslateX(6);
    marks.setTranslateX(3);
    setLeft(gutter);
    setCenter(area);
    area.textProperty().addListener((Observable change) -> number(model.checkProperty().get()));
    model.checkProperty().addListener((property, old, now) -> number(now));
    number(model.checkProperty().get());
  }

  private static Text text(String styleClass) {
    Text text = new Text();
    text.setTextOrigin(VPos.TOP);
    text.getStyleClass().add(styleClass);
    return text;
  }

  /** YAML knows no tabs: Tab writes two spaces, and a new line begins where the last one did. */
  private void indent(KeyEvent event) {
    boolean plain = !event.isShortcutDown() && !event.isShiftDown() && !event.isAltDown();
    if (plain && event.getCode() == KeyCode.TAB) {
      area.replaceSelection("  ");
      event.consume();
    } else if (plain && event.getCode() == KeyCode.ENTER) {
      int start = area.getSelection().getStart();
      String line = area.getText(area.getText().lastIndexOf('\n', start - 1) + 1, start);
      area.replaceSelection("\n" + line.substring(0, line.length() - line.stripLeading().length()));
      event.consume();
    }
  }

  private void number(Check check) {
    lines = 1 + (int) area.getText().chars().filter(letter -> letter == '\n').count();
    numbers.setText(
        IntStream.rangeClosed(1, lines)
            .mapToObj("%4d"::formatted)
            .collect(Collectors.joining("\n")));
    marks.getChildren().clear();
    if (check instanceof Check.Invalid(List<Mistake> mistakes)) {
      mistakes.stream()
          .map(Mistake::line)
          .distinct()
          .map(this::mark)
          .forEach(marks.getChildren()::add);
    }
    if (content != null) {
      align(content);
    }
  }

  private Text mark(int line) {
    Text mark = text("line-marks");
    mark.setText("●");
    mark.setUserData(line);
    mark.fontProperty().bind(area.fontProperty());
    return mark;
  }

  /** Puts the caret there. */
  void show(Mistake mistake) {
    String text = area.getText();
    int start = 0;
    for (int line = 1; line < mistake.line() && text.indexOf('\n', start) >= 0; line++) {
      start = text.indexOf('\n', start) + 1;
    }
    int end = text.indexOf('\n', start) < 0 ? text.length() : text.indexOf('\n', start);
    area.requestFocus();
    area.positionCaret(Math.min(end, start + mistake.column() - 1));
  }

  /** The numbers stand beside the lines, wherever these are scrolled to. */
  @Override
  protected void layoutChildren() {
    super.layoutChildren();
    if (content == null) {
      Node found = area.lookup(".text");
      if (found != null) {
        found.localToSceneTransformProperty().addListener((Observable moved) -> align(found));
        found.layoutBoundsProperty().addListener((Observable resized) -> align(found));
        content = found;
      }
    }
    if (content != null) {
      align(content);
    }
  }

  private void align(Node text) {
    double top = gutter.sceneToLocal(text.localToScene(0, 0)).getY();
    numbers.setTranslateY(top);
    marks.setTranslateY(top);
    space(text.getLayoutBounds().getHeight() / lines);
    for (Node mark : marks.getChildren()) {
      mark.setTranslateY(((int) mark.getUserData() - 1) * pitch);
    }
  }

  /** Lines of the text may stand further apart than those of its numbers would by themselves. */
  private void space(double now) {
    if (Math.abs(now - pitch) > SAME) {
      pitch = now;
      numbers.setLineSpacing(0);
      numbers.setLineSpacing(pitch - numbers.getLayoutBounds().getHeight() / lines);
    }
  }
}
