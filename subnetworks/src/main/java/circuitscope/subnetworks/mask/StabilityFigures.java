package circuitscope.subnetworks.mask;

import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The agreement of masks: pair by pair, by layer and matrix, and by how many masks keep a weight.
 */
final class StabilityFigures {
  private StabilityFigures() {}

  static List<Figure> of(StabilityResult result) {
    List<Figure> figures = new ArrayList<>();
    figures.add(pairs(result));
    if (!result.blocks().isEmpty()) {
      double most =
          result.blocks().stream()
              .map(StabilityResult.Block::iou)
              .filter(Objects::nonNull)
              .mapToDouble(Double::floatValue)
              .max()
              .orElse(1);
      figures.add(
          new Sheet(
              new Heading(
                  "stability-blocks",
                  "Where masks agree",
                  "Mean IoU of all pairs by layer and matrix, beside that of random masks with as"
                      + " many kept weights in each. Grey: no mask keeps any."),
              2,
              List.of(
                  blocks("masks", result, most, StabilityResult.Block::iou),
                  blocks("random masks", result, most, StabilityResult.Block::expectedIou))));
    }
    figures.add(keptBy(result));
    return figures;
  }

  private static Heatmap pairs(StabilityResult result) {
    List<String> names = result.masks().stream().map(StabilityResult.Member::name).toList();
    int n = names.size();
    float[] iou = new float[n * n];
    Arrays.fill(iou, 1);
    for (StabilityResult.Pair pair : result.pairs()) {
      int i = names.indexOf(pair.a());
      int j = names.indexOf(pair.b());
      iou[i * n + j] = (float) pair.iou();
      iou[j * n + i] = (float) pair.iou();
    }
    return new Heatmap(
        new Heading(
            "stability-pairs",
            "How much each pair of masks agrees",
            "Intersection over union of the kept weights."),
        new Matrix(n, n, iou),
        new CellAxis("", names),
        new CellAxis("", names),
        Colours.probability("IoU"),
        CellMask.NONE);
  }

  private static Heatmap blocks(
      String title,
      StabilityResult result,
      double most,
      Function<StabilityResult.Block, @Nullable Double> value) {
    List<String> parts =
        result.blocks().stream().map(StabilityResult.Block::part).distinct().toList();
    int layers =
        1 + result.blocks().stream().mapToInt(StabilityResult.Block::layer).max().orElse(0);
    float[] values = new float[layers * parts.size()];
    Arrays.fill(values, Float.NaN);
    for (StabilityResult.Block block : result.blocks()) {
      values[block.layer() * parts.size() + parts.indexOf(block.part())] =
          Objects.requireNonNullElse(value.apply(block), Double.NaN).floatValue();
    }
    return new Heatmap(
        Heading.of("stability-" + title.replace(' ', '-'), title),
        new Matrix(layers, parts.size(), values),
        new CellAxis("layer", IntStream.range(0, layers).mapToObj(Integer::toString).toList()),
        new CellAxis("", parts),
        Colours.sequential("IoU").withRange(0, most > 0 ? most : 1),
        CellMask.NONE);
  }

  private static Bars keptBy(StabilityResult result) {
    int n = result.masks().size();
    return new Bars(
        new Heading(
            "stability-kept-by",
            "How many masks keep a weight",
            "Weights that no mask keeps are left out; those that all keep are the core."),
        "masks that keep it",
        PlotAxis.linear("weights"),
        IntStream.rangeClosed(1, n).mapToObj(Integer::toString).toList(),
        List.of(
            new Bars.Group(
                "", Arrays.stream(result.keptBy(), 1, n + 1).asDoubleStream().toArray())),
        Bars.Direction.LYING,
        List.of());
  }
}
