package circuitscope.heads.composition;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Copying by head, the most and least copying heads beside chance, and the plane with matching. */
final class CopyingFigures {
  private static final int EACH_END = 10;
  private static final int LABELLED = 12;

  private CopyingFigures() {}

  static List<Figure> of(CopyingResult result) {
    List<Figure> figures = new ArrayList<>();
    figures.add(map(result));
    figures.add(extremes(result));
    if (result.layers() > 1) {
      figures.add(plane(result));
    }
    return figures;
  }

  private static Figure map(CopyingResult result) {
    float[] cells = new float[result.heads().size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (float) result.heads().get(i).copying().score();
    }
    return new Heatmap(
        new Heading(
            "copying-heads",
            "Copying by eigenvalues",
            "Sum of the eigenvalues of W_E·OV·W_U over the sum of their moduli: 1 for a head that"
                + " raises each token it attends to, −1 for one that lowers it."),
        new Matrix(result.layers(), result.headsOfLayer(), cells),
        CellAxis.counted("layer"),
        CellAxis.counted("head"),
        Colours.signed("copying").withRange(-1, 1),
        CellMask.NONE);
  }

  private static Figure extremes(CopyingResult result) {
    List<CopyingResult.Head> sorted = result.byCopying();
    int from = Math.max(EACH_END, sorted.size() - EACH_END);
    List<CopyingResult.Head> shown =
        sorted.size() <= 2 * EACH_END
            ? sorted
            : Stream.concat(
                    sorted.stream().limit(EACH_END), sorted.subList(from, sorted.size()).stream())
                .toList();
    return new Bars(
        new Heading(
            "copying-extremes",
            "Heads that copy most and least",
            "Copying by eigenvalues, beside the same heads with what they write turned at random."),
        "head",
        PlotAxis.linear("copying").withRange(-1, 1),
        shown.stream().map(one -> one.head().toString()).toList(),
        List.of(
            new Bars.Group("score", values(shown, EigenvalueScore::score)),
            new Bars.Group(
                "random rotation",
                values(shown, EigenvalueScore::chance),
                new Interval(
                    values(shown, EigenvalueScore::chanceLow),
                    values(shown, EigenvalueScore::chanceHigh),
                    "95 % of random rotations"))),
        Bars.Direction.LYING,
        List.of());
  }

  private static double[] values(
      List<CopyingResult.Head> heads, ToDoubleFunction<EigenvalueScore> of) {
    return heads.stream().mapToDouble(head -> of.applyAsDouble(head.copying())).toArray();
  }

  private static Figure plane(CopyingResult result) {
    List<CopyingResult.Head> heads =
        result.heads().stream()
            .filter(head -> head.matching() != null)
            .sorted(Comparator.comparingDouble((CopyingResult.Head head) -> -distance(head)))
            .toList();
    List<Scatter.Group> groups = new ArrayList<>();
    for (boolean beyond : new boolean[] {true, false}) {
      List<CopyingResult.Head> of =
          heads.stream().filter(head -> beyondChance(head) == beyond).toList();
      if (!of.isEmpty()) {
        groups.add(group(beyond ? "both beyond chance" : "one or both within", of, beyond));
      }
    }
    return new Scatter(
        new Heading(
            "copying-plane",
            "Matching and copying by eigenvalues",
            "Right: keys match the token before; up: what is attended to is said. Induction heads"
                + " stand at the upper right, anti-copying ones at the lower right. Chance: 95 % of"
                + " random rotations."),
        PlotAxis.linear("matching of previous tokens").withRange(-1.1, 1.1),
        PlotAxis.linear("copying").withRange(-1.1, 1.1),
        groups,
        List.of(Guide.atX(0, ""), Guide.atY(0, "")));
  }

  private static Scatter.Group group(
      String name, List<CopyingResult.Head> heads, boolean labelled) {
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      labels.add(labelled && i < LABELLED ? heads.get(i).head().toString() : "");
    }
    return new Scatter.Group(
        name,
        heads.stream().mapToDouble(CopyingFigures::matching).toArray(),
        values(heads, EigenvalueScore::score),
        labels);
  }

  private static boolean beyondChance(CopyingResult.Head head) {
    EigenvalueScore matching = head.matching();
    return matching != null && matching.beyondChance() && head.copying().beyondChance();
  }

  private static double distance(CopyingResult.Head head) {
    return Math.hypot(matching(head), head.copying().score());
  }

  private static double matching(CopyingResult.Head head) {
    EigenvalueScore matching = head.matching();
    return matching == null ? 0 : matching.score();
  }
}
