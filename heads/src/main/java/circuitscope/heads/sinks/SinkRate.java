package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How much attention the first positions draw.
 *
 * @param rate by key position: share of (sample, layer, head) with α above ε
 * @param alpha0 {@code [layer][head]} mean over samples of the attention that key 0 draws
 * @param uniformAlpha by key position: what α would be if attention were uniform
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record SinkRate(
    double[] rate,
    double[][] alpha0,
    double[] uniformAlpha,
    double epsilon,
    int length,
    Map<String, Object> protocol,
    TokensRead input)
    implements Result {

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (int key = 0; key < rate.length; key++) {
      text.append(
          String.format(
              Locale.ROOT,
              "key %d: a sink for %5.1f %% of (sample, layer, head)%n",
              key,
              100 * rate[key]));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "A sink draws on average more than %.2f of the attention; uniform attention would give"
                + " key 0 %.3f.%n",
            epsilon,
            uniformAlpha[0]));
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    int layers = alpha0.length;
    int heads = alpha0[0].length;
    float[] values = new float[layers * heads];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) alpha0[i / heads][i % heads];
    }
    Figure plane =
        new Heatmap(
            new Heading(
                "sink-alpha",
                "Attention on the first token",
                "Mean attention that the first position draws, by head; uniform attention would"
                    + " give"
                    + String.format(Locale.ROOT, " %.3f.", uniformAlpha[0])),
            new Matrix(layers, heads, values),
            new CellAxis("layer", names(layers)),
            new CellAxis("head", names(heads)),
            Colours.probability("mean attention"),
            CellMask.NONE);
    Figure profile =
        new Bars(
            new Heading(
                "sink-rate",
                "Sink rate by position",
                "Share of heads (over samples) for which a position draws more than the"
                    + " threshold."),
            "key position",
            PlotAxis.linear("sink rate").withRange(0, 1),
            names(rate.length),
            List.of(new Bars.Group("share above ε = " + epsilon, rate)));
    return List.of(profile, plane);
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (int layer = 0; layer < alpha0.length; layer++) {
      for (int head = 0; head < alpha0[layer].length; head++) {
        rows.add(List.of("L%dH%d".formatted(layer, head), layer, head, alpha0[layer][head]));
      }
    }
    return List.of(new DataTable("sink-alpha", List.of("head", "layer", "index", "alpha0"), rows));
  }
}
