package circuitscope.heads.detect;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Matrix;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Every head's pattern, small.
 *
 * @param tokens labels of the first row's tokens
 * @param other labels of the text that is subtracted; null when none is
 * @param rows averaged over
 * @param tokensACell queries, and keys, that a thumbnail's cell stands for
 * @param surviving {@code [layer][head]} attention that key 0 leaves, as a mean over queries from 1
 *     on
 * @param distance {@code [layer][head]} total variation distance between the two texts' attention,
 *     as a mean over queries; null for one text
 * @param patterns {@code [layer, head, cell, cell]}
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record PatternGrid(
    List<String> tokens,
    @Nullable List<String> other,
    int rows,
    int tokensACell,
    boolean withoutSink,
    double[][] surviving,
    double @Nullable [][] distance,
    TokensRead input,
    @JsonIgnore int side,
    @JsonIgnore float[] patterns)
    implements Result {
  private static final int SHOWN = 8;

  @Override
  public String summary() {
    return distance == null
        ? "attention beyond the first token, most: "
            + highest(surviving)
            + "\nleast: "
            + highest(negated(surviving)).replace("-", "")
            + "\n"
        : "heads that attend differently (total variation distance): " + highest(distance) + "\n";
  }

  private static double[][] negated(double[][] values) {
    return Arrays.stream(values)
        .map(layer -> Arrays.stream(layer).map(value -> -value).toArray())
        .toArray(double[][]::new);
  }

  private static String highest(double[][] values) {
    int heads = values[0].length;
    List<String> shown =
        IntStream.range(0, values.length * heads)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i / heads][i % heads]))
            .limit(SHOWN)
            .map(
                i ->
                    String.format(
                        Locale.ROOT,
                        "L%dH%d %.3f",
                        i / heads,
                        i % heads,
                        values[i / heads][i % heads]))
            .toList();
    return String.join(", ", shown);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "pattern",
        withoutSink ? "key 0 left out, each query's rest brought to 1" : "after the softmax",
        "thumbnail",
        other == null
            ? "largest attention in each cell, then averaged over rows"
            : "largest difference in each cell, either way");
  }

  @Override
  public List<Figure> figures() {
    int layers = surviving.length;
    int heads = surviving[0].length;
    List<Matrix> matrices = new ArrayList<>();
    for (int i = 0; i < layers * heads; i++) {
      int from = i * side * side;
      matrices.add(new Matrix(side, side, Arrays.copyOfRange(patterns, from, from + side * side)));
    }
    String cell =
        tokensACell == 1
            ? "Each cell is a query and a key."
            : "Each cell is the largest of %d × %d queries and keys."
                .formatted(tokensACell, tokensACell);
    Heading heading =
        other == null
            ? new Heading(
                "patterns",
                withoutSink ? "Attention beyond the first token" : "Attention of every head",
                "Layers downwards, heads across; each thumbnail is a pattern, queries downwards. "
                    + cell
                    + (rows > 1 ? " Averaged over %d rows.".formatted(rows) : "")
                    + (withoutSink
                        ? " Key 0 is left out and the rest of each query brought to 1: see how much"
                            + " attention that rest is before reading much into it."
                        : ""))
            : new Heading(
                "patterns-difference",
                "Attention on the first text less that on the second",
                "Layers downwards, heads across; blue where the first text draws more. " + cell);
    return List.of(
        new HeadGrid(
            heading,
            IntStream.range(0, layers).boxed().toList(),
            IntStream.range(0, heads).boxed().toList(),
            matrices,
            other == null
                ? Colours.probability("attention probability")
                : Colours.signed("difference of attention"),
            CellMask.ABOVE_DIAGONAL));
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> table = new ArrayList<>();
    for (int layer = 0; layer < surviving.length; layer++) {
      for (int head = 0; head < surviving[layer].length; head++) {
        Object far = distance == null ? "" : distance[layer][head];
        table.add(List.of("L%dH%d".formatted(layer, head), surviving[layer][head], far));
      }
    }
    return List.of(
        new DataTable("patterns", List.of("head", "surviving_without_sink", "distance"), table));
  }

  @Override
  public List<TensorSource> tensors() {
    TensorShape shape = new TensorShape(surviving.length, surviving[0].length, side, side);
    return List.of(TensorSource.of("patterns", shape, patterns));
  }
}
