package circuitscope.heads.logits;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Sheet;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Attention logits averaged over sentences.
 *
 * @param heads by layer and head, what stands out in each
 * @param shown heads drawn large
 * @param logits {@code [layer, head, query, key]}; NaN where the query does not see the key
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record AttentionLogits(
    List<Head> heads,
    int length,
    long sentences,
    Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore List<HeadName> shown,
    @JsonIgnore int layers,
    @JsonIgnore int headsOfLayer,
    @JsonIgnore float[] logits)
    implements Result {
  /** Thumbnails a side at most; of more layers or heads, some evenly spread. */
  private static final int THUMBNAILS = 12;

  /**
   * One head's logits in three numbers; of each query from the third on, the mean.
   *
   * @param first logit of the first token above the mean of the query's other logits
   * @param previous that of the token just before, above the mean of the others
   * @param self that of the token itself, above the mean of the others
   */
  public record Head(String head, double first, double previous, double self) {}

  private Matrix matrix(HeadName head) {
    int cells = length * length;
    int from = (head.layer() * headsOfLayer + head.head()) * cells;
    return new Matrix(length, length, Arrays.copyOfRange(logits, from, from + cells));
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder("mean attention logit above the query's others\n");
    for (int layer = 0; layer < layers; layer++) {
      List<Head> ofLayer = heads.subList(layer * headsOfLayer, (layer + 1) * headsOfLayer);
      text.append(
          String.format(
              Locale.ROOT,
              "layer %d, mean of heads: first token %+.2f, previous %+.2f, itself %+.2f%n",
              layer,
              ofLayer.stream().mapToDouble(Head::first).average().orElse(Double.NaN),
              ofLayer.stream().mapToDouble(Head::previous).average().orElse(Double.NaN),
              ofLayer.stream().mapToDouble(Head::self).average().orElse(Double.NaN)));
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Integer> someLayers = spread(layers);
    List<Integer> someHeads = spread(headsOfLayer);
    List<Matrix> patterns = new ArrayList<>();
    for (int layer : someLayers) {
      for (int head : someHeads) {
        patterns.add(matrix(new HeadName(layer, head)));
      }
    }
    Figure grid =
        new HeadGrid(
            new Heading(
                "attention-logits-grid",
                "Average attention logits",
                "Mean over %d sentences of %d tokens of the scores before the softmax."
                    .formatted(sentences, length)),
            someLayers,
            someHeads,
            patterns,
            Colours.signed("logit").withScaling(Scaling.symlog(2)),
            CellMask.ABOVE_DIAGONAL);
    List<Figure> large = new ArrayList<>();
    for (HeadName head : shown) {
      large.add(
          new Heatmap(
              Heading.of(
                  "attention-logits-" + head.toString().toLowerCase(Locale.ROOT), head.toString()),
              matrix(head),
              CellAxis.counted("query"),
              CellAxis.counted("key"),
              Colours.signed("logit"),
              CellMask.ABOVE_DIAGONAL));
    }
    Figure sheet =
        new Sheet(
            new Heading(
                "attention-logits",
                "Average attention logits",
                "Mean over %d sentences of %d tokens of the scores before the softmax, one head a"
                        .formatted(sentences, length)
                    + " panel, each with its own scale."),
            large.size() == 1 ? 1 : large.size() <= 4 ? 2 : 4,
            large);
    return List.of(sheet, grid);
  }

  private static List<Integer> spread(int count) {
    int some = Math.min(count, THUMBNAILS);
    return IntStream.range(0, some)
        .mapToObj(i -> some == 1 ? 0 : Math.round((float) i * (count - 1) / (some - 1)))
        .toList();
  }

  @Override
  public List<DataTable> tables() {
    return List.of(
        new DataTable(
            "attention-logits",
            List.of("head", "first", "previous", "self"),
            heads.stream()
                .map(
                    head ->
                        List.<Object>of(head.head(), head.first(), head.previous(), head.self()))
                .toList()));
  }

  @Override
  public List<TensorSource> tensors() {
    return List.of(
        TensorSource.of(
            "attention_logits", new TensorShape(layers, headsOfLayer, length, length), logits));
  }
}
