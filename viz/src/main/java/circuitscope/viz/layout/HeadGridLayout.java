package circuitscope.viz.layout;

import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.ColourScale;
import org.jspecify.annotations.Nullable;

/** Places the thumbnails of a head grid under one colour bar. */
final class HeadGridLayout {
  private static final double LARGEST_THUMBNAIL = 12;

  /** The share of the width that must stay for thumbnails, or the bar lies below them. */
  private static final double LEAST_BESIDE_BAR = 0.35;

  private HeadGridLayout() {}

  /**
   * Places the figure.
   *
   * @param shared the colours of a whole sheet, whose bar stands elsewhere; null for its own
   */
  static Block place(
      HeadGrid figure, FigureStyle style, double width, @Nullable ColourScale shared) {
    Pen pen = new Pen(style);
    double em = pen.em();
    double[] extent = Cells.extent(figure.patterns(), figure.mask());
    ColourScale scale =
        shared == null
            ? ColourScale.of(figure.colours(), style.theme(), extent[0], extent[1])
            : shared;
    ColourBar bar = new ColourBar(style, scale);
    int layers = figure.layers().size();
    int heads = figure.heads().size();
    Matrix first = figure.patterns().getFirst();

    double left = pen.widest(figure.layers().stream().map(layer -> "L" + layer).toList()) + 3;
    double barWidth = em + bar.standing(20 * em).width();
    double narrow = thumbnail(em, width - left - barWidth, heads);
    double tall = (narrow + gap(narrow)) * layers * first.rows() / first.columns();
    boolean standing =
        shared == null && narrow * heads >= LEAST_BESIDE_BAR * width && bar.fitsStanding(tall);
    double side = standing ? narrow : thumbnail(em, width - left, heads);
    double sideHeight = Math.clamp(side * first.rows() / first.columns(), side / 4, side * 4);
    double gap = gap(side);
    double top = Pen.LEADING * em;
    boolean asImages = figure.patterns().size() * first.values().length > Cells.MOST_RECTANGLES;

    double labelRoom = pen.width("H" + figure.heads().getLast()) + Pen.LABEL_GAP * em;
    int headStride = CellLabels.niceStride(labelRoom / (side + gap));
    for (int head = 0; head < heads; head += headStride) {
      double middle = left + head * (side + gap) + side / 2;
      pen.label("H" + figure.heads().get(head), middle, top / 2, Anchor.MIDDLE);
    }
    int layerStride = CellLabels.niceStride(Pen.LEADING * em / (sideHeight + gap));
    for (int layer = 0; layer < layers; layer++) {
      double y = top + layer * (sideHeight + gap);
      if (layer % layerStride == 0) {
        pen.label("L" + figure.layers().get(layer), left - 3, y + sideHeight / 2, Anchor.END);
      }
      for (int head = 0; head < heads; head++) {
        Box box = new Box(left + head * (side + gap), y, side, sideHeight);
        Cells.draw(pen, figure.pattern(layer, head), figure.mask(), scale, box, asImages);
        pen.frame(box);
        pen.pick(pattern(figure, layer, head, box));
      }
    }
    double bottom = top + layers * (sideHeight + gap) - gap;
    if (standing) {
      double x = left + heads * (side + gap) - gap + em;
      pen.add(bar.standing(bottom - top), x, top);
      return pen.block(width, bottom + 0.5 * em);
    }
    if (shared != null) {
      return pen.block(width, bottom + 0.5 * em);
    }
    Block lying = bar.lying(width);
    pen.add(lying, 0, bottom + 0.8 * em);
    return pen.block(width, bottom + 0.8 * em + lying.height());
  }

  private static PickRegion pattern(HeadGrid figure, int layer, int head, Box box) {
    Matrix pattern = figure.pattern(layer, head);
    int layerNumber = figure.layers().get(layer);
    int headNumber = figure.heads().get(head);
    return new PickRegion.Grid(
        box,
        pattern.rows(),
        pattern.columns(),
        (row, column) -> {
          float value = figure.mask().hides(row, column) ? Float.NaN : pattern.at(row, column);
          return new Pick.HeadCell(figure.id(), layerNumber, headNumber, row, column, value);
        });
  }

  private static double thumbnail(double em, double room, int heads) {
    double side = room / heads;
    return Math.min(side - gap(side), LARGEST_THUMBNAIL * em);
  }

  private static double gap(double side) {
    return Math.min(side * 0.08, 4);
  }
}
