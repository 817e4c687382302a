package circuitscope.viz.layout;

import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.Theme;
import java.util.ArrayList;
import java.util.List;

/** Collects the marks of one block in the sizes and colours of a style. */
final class Pen {
  /** Line height in font sizes. */
  static final double LEADING = 1.3;

  /** Room that two neighbouring labels leave between them, in font sizes. */
  static final double LABEL_GAP = 0.5;

  /** How far below the middle of a line of text its baseline lies, in font sizes. */
  static final double BASELINE_DROP = 0.36;

  private final FigureStyle style;
  private final List<Mark> marks = new ArrayList<>();
  private final List<PickRegion> picks = new ArrayList<>();

  Pen(FigureStyle style) {
    this.style = style;
  }

  FigureStyle style() {
    return style;
  }

  Theme theme() {
    return style.theme();
  }

  /** The font size of labels, which is also the unit of all spacing. */
  double em() {
    return style.fontPoints();
  }

  static double titleSize(FigureStyle style) {
    return style.fontPoints() * 1.15;
  }

  double width(String text) {
    return Typeface.REGULAR.width(Typeface.REGULAR.displayable(text), em());
  }

  double widest(List<String> texts) {
    return texts.stream().mapToDouble(this::width).max().orElse(0);
  }

  /** The text as the font can show it, with an ellipsis where it is wider than {@code width}. */
  String fitted(String text, double width) {
    return Typeface.REGULAR.elided(Typeface.REGULAR.displayable(text), em(), width);
  }

  /** What has been drawn so far. */
  List<Mark> marks() {
    return List.copyOf(marks);
  }

  void add(Mark mark) {
    marks.add(mark);
  }

  void add(Block block, double x, double y) {
    Block moved = block.movedBy(x, y);
    marks.addAll(moved.marks());
    picks.addAll(moved.picks());
  }

  /** Lets the mouse find what lies there; later regions lie above earlier ones. */
  void pick(PickRegion region) {
    picks.add(region);
  }

  void rect(Box box, int fill) {
    marks.add(new Mark.Rect(box.x(), box.y(), box.width(), box.height(), fill));
  }

  void frame(Box box) {
    double[] x = {box.x(), box.right(), box.right(), box.x()};
    double[] y = {box.y(), box.y(), box.bottom(), box.bottom()};
    marks.add(new Mark.Polygon(x, y, 0, Stroke.solid(theme().faintInk(), 0.5)));
  }

  void line(double x1, double y1, double x2, double y2, Stroke stroke) {
    marks.add(new Mark.Line(x1, y1, x2, y2, stroke));
  }

  /** A label with its middle line at {@code middleY}. */
  void label(String text, double x, double middleY, Anchor anchor) {
    label(text, x, middleY, anchor, theme().ink());
  }

  void label(String text, double x, double middleY, Anchor anchor, int colour) {
    text(text, Typeface.REGULAR, em(), x, middleY + BASELINE_DROP * em(), anchor, colour);
  }

  /** How far below a grid turned labels begin: under the lower half of the last row's label. */
  static double below(double em) {
    return Math.max(3.5, 0.65 * em);
  }

  /** What a label that begins at {@code x} covers. */
  static Box labelBox(double x, double middleY, double length, double em) {
    return new Box(x, middleY + (BASELINE_DROP - Typeface.ASCENT) * em, length, em);
  }

  void text(
      String text,
      Typeface typeface,
      double size,
      double x,
      double baseline,
      Anchor anchor,
      int colour) {
    if (!text.isEmpty()) {
      String shown = typeface.displayable(text);
      marks.add(new Mark.Text(x, baseline, shown, typeface, size, anchor, false, colour));
    }
  }

  /** A label that reads upwards, its middle line at {@code middleX}. */
  void upwards(String text, double middleX, double y, Anchor anchor, int colour) {
    if (!text.isEmpty()) {
      String shown = Typeface.REGULAR.displayable(text);
      double x = middleX + BASELINE_DROP * em();
      marks.add(new Mark.Text(x, y, shown, Typeface.REGULAR, em(), anchor, true, colour));
    }
  }

  Block block(double width, double height) {
    return new Block(width, height, marks, picks);
  }

  /** Words into lines no wider than {@code width}; a longer word is cut with an ellipsis. */
  static List<String> wrapped(String text, Typeface typeface, double size, double width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : typeface.displayable(text.strip()).split(" +", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (typeface.width(longer, size) <= width) {
        line = longer;
      } else {
        if (!line.isEmpty()) {
          lines.add(line);
        }
        line = typeface.elided(word, size, width);
      }
    }
    if (!line.isEmpty()) {
      lines.add(line);
    }
    return lines;
  }
}
