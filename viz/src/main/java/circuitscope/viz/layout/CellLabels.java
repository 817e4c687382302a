package circuitscope.viz.layout;

import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.layout.Mark.Text.Anchor;
import java.util.ArrayList;
import java.util.List;

/**
 * The labels along one side of a grid of cells, as many as fit without touching. Where names are
 * left out, the ones that stay carry their index.
 */
final class CellLabels {
  /** Distance of two lines of labels, in font sizes. */
  static final double LINE = 1.05;

  private static final int[] STRIDES = {1, 2, 5};

  private final FigureStyle style;
  private final List<String> texts;
  private final boolean named;

  /**
   * The labels of an axis.
   *
   * @param style its font size is that of the labels
   */
  CellLabels(CellAxis axis, int count, FigureStyle style) {
    this.style = style;
    named = !axis.labels().isEmpty();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(named ? axis.labels().get(i) : Integer.toString(i));
    }
    texts = List.copyOf(all);
  }

  boolean named() {
    return named;
  }

  /** Width of the labels when written beside rows, no wider than {@code most}. */
  double rowWidth(double most, boolean indexed) {
    Pen pen = new Pen(style);
    double index = named && indexed ? pen.width(texts.size() + " ") : 0;
    return Math.min(most, pen.widest(texts) + index);
  }

  /** The labels left of the rows of {@code box}. */
  Block besideRows(Box box, double width) {
    Pen pen = new Pen(style);
    double cell = box.height() / texts.size();
    int stride = niceStride(LINE * pen.em() / cell);
    for (int i = 0; i < texts.size(); i += stride) {
      double middle = box.y() + (i + 0.5) * cell;
      pen.line(box.x() - 1.5, middle, box.x(), middle, tick(pen));
      pen.label(pen.fitted(text(i, stride), width), box.x() - 3, middle, Anchor.END);
    }
    return pen.block(box.x(), box.bottom());
  }

  /** Height of the labels when written under columns of {@code cell} points. */
  double columnHeight(double cell, double most) {
    Pen pen = new Pen(style);
    if (!turned(pen, cell)) {
      return Pen.LEADING * pen.em();
    }
    int stride = niceStride(LINE * pen.em() / cell);
    double widest = 0;
    for (int i = 0; i < texts.size(); i += stride) {
      widest = Math.max(widest, pen.width(text(i, stride)));
    }
    return Math.min(most, widest) + Pen.below(pen.em()) - 2;
  }

  /** The labels under the columns of {@code box}: level if all fit so, else upwards. */
  Block underColumns(Box box, double height) {
    Pen pen = new Pen(style);
    double cell = box.width() / texts.size();
    boolean turned = turned(pen, cell);
    int stride = niceStride((turned ? LINE * pen.em() : levelRoom(pen)) / cell);
    for (int i = 0; i < texts.size(); i += stride) {
      double middle = box.x() + (i + 0.5) * cell;
      pen.line(middle, box.bottom(), middle, box.bottom() + 1.5, tick(pen));
      if (turned) {
        String text = pen.fitted(text(i, stride), height - Pen.below(pen.em()) + 2);
        pen.upwards(
            text, middle, box.bottom() + Pen.below(pen.em()), Anchor.END, pen.theme().ink());
      } else {
        double line = box.bottom() + 2 + Pen.LEADING * pen.em() / 2;
        pen.label(text(i, stride), middle, line, Anchor.MIDDLE);
      }
    }
    return pen.block(box.right(), box.bottom() + 3 + height);
  }

  private boolean turned(Pen pen, double cell) {
    return named && levelRoom(pen) > cell;
  }

  private double levelRoom(Pen pen) {
    return pen.widest(texts) + Pen.LABEL_GAP * pen.em();
  }

  private String text(int index, int stride) {
    return named && stride > 1 ? index + " " + texts.get(index) : texts.get(index);
  }

  private static Stroke tick(Pen pen) {
    return Stroke.solid(pen.theme().faintInk(), 0.5);
  }

  /** The smallest of 1, 2, 5, 10, 20, … that is at least {@code least}. */
  static int niceStride(double least) {
    for (int power = 1; ; power *= 10) {
      for (int factor : STRIDES) {
        if (factor * power >= least - 1e-9) {
          return factor * power;
        }
      }
    }
  }
}
