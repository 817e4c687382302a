package circuitscope.probes.residual;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Table;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What each layer would predict.
 *
 * @param tokens labels of the tokens read
 * @param layers the embedding, then each layer's output
 * @param token whose logit is followed; null for none
 * @param labels of the ids among the most likely
 */
public record Lens(
    List<String> tokens,
    List<Layer> layers,
    @Nullable String token,
    MemoryBudget budget,
    TokensRead input,
    @JsonIgnore Map<Integer, String> labels)
    implements Result {
  private static final int TABLE_ROWS = 24;
  private static final int TABLE_LAYERS = 9;
  private static final String NORM = "lens norm: final norm, statistics of each layer's own state";
  private static final String CAUTION =
      "early layers need not use the basis of the last one: a bad reading there may be the lens's";

  /**
   * One layer's reading.
   *
   * @param top the most likely next token at each position
   * @param nextLossNats {@code [position − 1]} loss of the token that does come next
   * @param finalRank rank, from 1, of the model's final answer, and {@code finalProbability} of it
   * @param tokenLogit of the followed token; null when none is
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Layer(
      String layer,
      List<String> top,
      double[] topProbability,
      double[] nextLossNats,
      double[] entropyNats,
      double[] klNats,
      int[] finalRank,
      double[] finalProbability,
      double @Nullable [] tokenLogit,
      @JsonIgnore LensReader.Reading reading) {
    double meanLossNats() {
      return mean(nextLossNats);
    }

    /** Share of positions where this layer's most likely token is the final answer. */
    double agreement() {
      return (double) Arrays.stream(finalRank).filter(rank -> rank == 1).count() / finalRank.length;
    }
  }

  static Lens of(
      Subject subject,
      int[] ids,
      List<LensReader.Reading> readings,
      @Nullable String token,
      MemoryBudget budget,
      TokensRead input) {
    Map<Integer, String> labels = new HashMap<>();
    List<Layer> layers = new ArrayList<>();
    for (LensReader.Reading reading : readings) {
      for (int id : reading.topIds()) {
        labels.computeIfAbsent(id, subject::label);
      }
      int top = reading.topIds().length / ids.length;
      layers.add(
          new Layer(
              layers.isEmpty() ? "embedding" : "layer " + (layers.size() - 1),
              IntStream.range(0, ids.length)
                  .mapToObj(i -> labels.getOrDefault(reading.topIds()[i * top], ""))
                  .toList(),
              each(ids.length, i -> Math.exp(reading.topLogProbs()[i * top])),
              each(ids.length - 1, i -> -reading.nextLogProb()[i]),
              each(ids.length, i -> reading.entropyNats()[i]),
              each(ids.length, i -> reading.klNats()[i]),
              reading.finalRank(),
              each(ids.length, i -> Math.exp(reading.finalLogProb()[i])),
              token == null ? null : each(ids.length, i -> reading.watchedLogit()[i]),
              reading));
    }
    List<String> tokens = Arrays.stream(ids).mapToObj(subject::label).toList();
    return new Lens(tokens, layers, token, budget, input, labels);
  }

  private static double[] each(int length, IntToDoubleFunction value) {
    return IntStream.range(0, length).mapToDouble(value).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder(NORM + "\n");
    text.append("            loss (nats)  entropy  KL to final  says the final answer\n");
    for (Layer layer : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-10s %12.4f %8.4f %12.4f %21.3f%n",
              layer.layer(),
              layer.meanLossNats(),
              mean(layer.entropyNats()),
              mean(layer.klNats()),
              layer.agreement()));
    }
    return text.append("caution: ").append(CAUTION).append('\n').append(budget.describe()) + "\n";
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of("norm", NORM, "caution", CAUTION, "kl", "KL(final ‖ layer)");
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
                    + " follows it, if the model had stopped there. Lens norm; "
                    + CAUTION
                    + "."),
            new Matrix(layers.size(), columns, losses),
            new CellAxis("read after", layers.stream().map(Layer::layer).toList()),
            new CellAxis("token", tokens.subList(0, columns)),
            Colours.sequential("loss (nats)"),
            CellMask.NONE);
    return List.of(heatmap, byLayer(), topTokens());
  }

  private Figure byLayer() {
    double[] states = each(layers.size(), i -> i);
    return new Curves(
        new Heading(
            "lens-by-layer",
            "Readings after each layer, means over tokens (lens norm)",
            "Loss of the next token, entropy, and KL from the final distribution; 0 is the"
                + " embedding."),
        PlotAxis.linear("layers read"),
        PlotAxis.linear("nats"),
        List.of(
            new Curves.Series(
                "loss", states, each(states.length, i -> layers.get(i).meanLossNats())),
            new Curves.Series(
                "entropy", states, each(states.length, i -> mean(layers.get(i).entropyNats()))),
            new Curves.Series(
                "KL to final", states, each(states.length, i -> mean(layers.get(i).klNats())))));
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
    List<List<Object>> readings = new ArrayList<>();
    List<List<Object>> likely = new ArrayList<>();
    for (Layer layer : layers) {
      int top = layer.reading().topIds().length / tokens.size();
      for (int position = 0; position < tokens.size(); position++) {
        boolean followed = position < layer.nextLossNats().length;
        readings.add(
            List.of(
                layer.layer(),
                position,
                tokens.get(position),
                layer.top().get(position),
                layer.topProbability()[position],
                followed ? layer.nextLossNats()[position] : "",
                layer.entropyNats()[position],
                layer.klNats()[position],
                layer.finalRank()[position],
                layer.finalProbability()[position]));
        for (int i = position * top; i < (position + 1) * top; i++) {
          int id = layer.reading().topIds()[i];
          double probability = Math.exp(layer.reading().topLogProbs()[i]);
          likely.add(
              List.of(
                  layer.layer(),
                  position,
                  1 + i - position * top,
                  labels.getOrDefault(id, ""),
                  id,
                  probability));
        }
      }
    }
    return List.of(
        new DataTable(
            "lens",
            List.of(
                "layer",
                "position",
                "token",
                "top",
                "top_probability",
                "next_loss_nats",
                "entropy_nats",
                "kl_nats",
                "final_rank",
                "final_probability"),
            readings),
        new DataTable(
            "lens-top",
            List.of("layer", "position", "rank", "token", "id", "probability"),
            likely));
  }
}
