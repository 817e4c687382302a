package circuitscope.subnetworks.mask;

import circuitscope.subnetworks.mask.MaskSummary.BlockCount;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Where a mask's weights lie: layer × part, and layer × head of attention. */
final class MaskFigures {
  private MaskFigures() {}

  static List<Figure> of(MaskSummary mask) {
    if (mask.byBlock().isEmpty()) {
      return List.of();
    }
    double active = Math.max(1, mask.active());
    List<Figure> figures = new ArrayList<>();
    figures.add(
        byPart(
            mask,
            new Heading(
                "mask-distribution",
                "Where the subnetwork lies",
                "Share of the kept weights of %s in each layer and matrix.".formatted(mask.name())),
            "share of kept weights",
            count -> count.active() / active));
    figures.add(
        byPart(
            mask,
            new Heading(
                "mask-density",
                "How much of each matrix is kept",
                "Kept share of each layer's matrices in %s.".formatted(mask.name())),
            "kept share",
            MaskFigures::density));
    if (!mask.byHead().isEmpty()) {
      figures.add(heads(mask));
    }
    return figures;
  }

  private static Heatmap byPart(
      MaskSummary mask, Heading heading, String label, ToDoubleFunction<BlockCount> value) {
    List<String> parts = mask.byPart().stream().map(MaskSummary.PartCount::part).toList();
    return heatmap(
        heading,
        mask.byBlock(),
        parts,
        colours(label, most(mask.byBlock(), value)),
        count -> parts.indexOf(count.part()),
        value,
        "matrix");
  }

  private static Sheet heads(MaskSummary mask) {
    List<Figure> panels = new ArrayList<>();
    double most = most(mask.byHead(), MaskFigures::density);
    for (String part : mask.byHead().stream().map(BlockCount::part).distinct().toList()) {
      List<BlockCount> counts =
          mask.byHead().stream().filter(count -> count.part().equals(part)).toList();
      int heads = 1 + counts.stream().mapToInt(MaskFigures::head).max().orElse(0);
      panels.add(
          heatmap(
              Heading.of("mask-heads-" + part, part + " by head"),
              counts,
              names(heads),
              colours("kept share", most),
              MaskFigures::head,
              MaskFigures::density,
              "head"));
    }
    return new Sheet(
        new Heading(
            "mask-heads",
            "How much of each head is kept",
            "Kept share of each head's queries, keys, values and outputs in %s."
                .formatted(mask.name())),
        2,
        panels);
  }

  /** As cells hold it, so that none lies beyond the range. */
  private static double most(List<BlockCount> counts, ToDoubleFunction<BlockCount> value) {
    return counts.stream().mapToDouble(value).map(v -> (float) v).max().orElse(0);
  }

  /** Shares span orders of magnitude; three decades show the small ones. */
  private static Colours colours(String label, double most) {
    Colours colours = Colours.sequential(label);
    return most > 0
        ? colours.withScaling(Scaling.log(most / 1000)).withRange(most / 1000, most)
        : colours;
  }

  private static double density(BlockCount count) {
    return (double) count.active() / count.total();
  }

  private static int head(BlockCount count) {
    return count.head() == null ? 0 : count.head();
  }

  private static Heatmap heatmap(
      Heading heading,
      List<BlockCount> counts,
      List<String> columns,
      Colours colours,
      ToDoubleFunction<BlockCount> column,
      ToDoubleFunction<BlockCount> value,
      String columnTitle) {
    int layers = 1 + counts.stream().mapToInt(BlockCount::layer).max().orElse(0);
    float[] values = new float[layers * columns.size()];
    Arrays.fill(values, Float.NaN);
    for (BlockCount count : counts) {
      int at = count.layer() * columns.size() + (int) column.applyAsDouble(count);
      values[at] = (float) value.applyAsDouble(count);
    }
    return new Heatmap(
        heading,
        new Matrix(layers, columns.size(), values),
        new CellAxis("layer", names(layers)),
        new CellAxis(columnTitle, columns),
        colours,
        CellMask.NONE);
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
