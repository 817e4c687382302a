package circuitscope.app.gui.batch;

import circuitscope.app.gui.batch.Check.Mistake;
import circuitscope.app.gui.page.Icons;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javafx.beans.Observable;
import javafx.geometry.VPos;
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

  private final TextArea area = Icons.named(new TextArea(), "job-text", Words.TEXTS.get("editor"));
  private final Text numbers = text("line-numbers");
  private final Text marks = text("line-marks");
  private final Pane gutter = new Pane(numbers, marks);
  private @Nullable Node content;

  JobEditor(BatchViewModel model) {
    getStyleClass().add("job-editor");
    area.textProperty().bindBidirectional(model.file().textProperty());
    area.getStyleClass().add("document");
    area.addEventFilter(KeyEvent.KEY_PRESSED, this::indent);
    Rectangle clip = new Rectangle(GUTTER, 0);
    for (Text one : List.of(numbers, marks)) {
      one.fontProperty().bind(area.fontProperty());
    }
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
    int lines = 1 + (int) area.getText().chars().filter(letter -> letter == '\n').count();
    numbers.setText(
        IntStream.rangeClosed(1, lines)
            .mapToObj("%4d"::formatted)
            .collect(Collectors.joining("\n")));
    List<Integer> wrong =
        check instanceof Check.Invalid(List<Mistake> mistakes)
            ? mistakes.stream().map(Mistake::line).toList()
            : List.of();
    marks.setText(
        IntStream.rangeClosed(1, lines)
            .mapToObj(line -> wrong.contains(line) ? "●" : "")
            .collect(Collectors.joining("\n")));
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
        content = found;
      }
    }
    if (content != null) {
      align(content);
    }
  }

  private void align(Node lines) {
    double top = gutter.sceneToLocal(lines.localToScene(0, 0)).getY();
    numbers.setTranslateY(top);
    marks.setTranslateY(top);
  }
}
