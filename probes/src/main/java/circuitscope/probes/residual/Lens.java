package circuitscope.probes.residual;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * What each layer would predict.
 *
 * @param tokens labels of the tokens read
 * @param layers the embedding, then each layer's output
 */
public record Lens(List<String> tokens, List<Layer> layers, TokensRead input) implements Result {
  private static final int TABLE_ROWS = 24;
  private static final int TABLE_LAYERS = 9;

  /**
   * One layer's reading.
   *
   * @param top the most likely next token at each position
   * @param nextLossNats {@code [position − 1]} loss of the token that does come next
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Layer(
      String layer, List<String> top, double[] topProbability, double[] nextLossNats) {
    double meanLossNats() {
      return Arrays.stream(nextLossNats).average().orElse(Double.NaN);
    }
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Layer layer : layers) {
      text.append(
          String.format(
              Locale.ROOT, "%-10s %8.4f nats a token%n", layer.layer(), layer.meanLossNats()));
    }
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of("norm", "final norm, statistics computed afresh at each layer");
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    int columns = tokens.size() - 1;
    float[] losses = new float[layers.size() * columns];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = (float) layers.get(i / columns).nextLossNats()[i % columns];
    }
    Figure heatmap =
        new Heatmap(
            new Heading(
                "lens-loss",
                "Loss of the next token, read after each layer",
                "Each column is a token; its colour at a layer is the loss of the token that"
                    + " follows it, if the model had stopped there."),
            new Matrix(layers.size(), columns, losses),
            new CellAxis("read after", layers.stream().map(Layer::layer).toList()),
            new CellAxis("token", tokens.subList(0, columns)),
            Colours.sequential("loss (nats)"),
            CellMask.NONE);
    return List.of(heatmap, topTokens());
  }

  private Figure topTokens() {
    List<Integer> shown = shownLayers();
    List<Table.Column> columns = new ArrayList<>();
    columns.add(Table.Column.text("token"));
    shown.forEach(layer -> columns.add(Table.Column.text(layers.get(layer).layer())));
    columns.add(Table.Column.text("what follows"));
    List<List<String>> rows = new ArrayList<>();
    for (int position = 0; position < Math.min(TABLE_ROWS, tokens.size()); position++) {
      List<String> row = new ArrayList<>();
      row.add(tokens.get(position));
      for (int layer : shown) {
        row.add(layers.get(layer).top().get(position));
      }
      row.add(position + 1 < tokens.size() ? tokens.get(position + 1) : "");
      rows.add(row);
    }
    return new Table(
        new Heading(
            "lens-top",
            "Most likely next token, read after each layer",
            "What the model would say if it stopped there, beside the token that does follow."),
        columns,
        rows);
  }

  /** All layers, or evenly chosen ones of a deep model, the last among them. */
  private List<Integer> shownLayers() {
    TreeSet<Integer> shown = new TreeSet<>();
    int count = Math.min(TABLE_LAYERS, layers.size());
    for (int i = 0; i < count; i++) {
      shown.add(count == 1 ? 0 : i * (layers.size() - 1) / (count - 1));
    }
    return List.copyOf(shown);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Layer layer : layers) {
      for (int position = 0; position < tokens.size(); position++) {
        Object loss = position < layer.nextLossNats().length ? layer.nextLossNats()[position] : "";
        rows.add(
            List.of(
                layer.layer(),
                position,
                tokens.get(position),
                layer.top().get(position),
                layer.topProbability()[position],
                loss));
      }
    }
    return List.of(
        new DataTable(
            "lens",
            List.of("layer", "position", "token", "top", "top_probability", "next_loss_nats"),
            rows));
  }
}
