package circuitscope.viz;

import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.HeadGrid;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.Palette;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import circuitscope.viz.figure.Waterfall;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * One figure of every kind, as an analysis would make it: sinks, induction stripes, loss curves.
 */
public final class Samples {
  private static final List<String> SENTENCE =
      List.of(
          "<|endoftext|>",
          "␣When",
          "␣Mary",
          "␣and",
          "␣John",
          "␣went",
          "␣to",
          "␣the",
          "␣store",
          ",",
          "␣John",
          "␣gave",
          "␣a",
          "␣drink",
          "␣to",
          "␣Mary",
          ".",
          "⏎",
          "The",
          "␣store",
          "keeper",
          "␣smiled",
          "␣at",
          "␣them");

  private Samples() {}

  /** Every kind once. */
  public static List<Figure> all() {
    return List.of(
        attention(),
        longAttention(256),
        attribution(),
        losses(),
        scores(),
        lyingScores(),
        geometry(),
        surprisal(),
        headGrid(4, 8, 24),
        table(),
        waterfall(),
        circuit(),
        arcs(),
        signedStrip(),
        sheet(),
        sharedSheet());
  }

  /** The strongest attention of a head that looks back to what followed the same token. */
  public static Arcs arcs() {
    return Arcs.attention(
        Heading.of("arcs", "Where L2H5 looks"),
        SENTENCE.subList(0, 17),
        pattern(17, 9, 0.2, 3),
        0.08f);
  }

  /** Signed values on a text. */
  public static TokenStrip signedStrip() {
    var random = new Random(13);
    float[] values = new float[SENTENCE.size()];
    for (int i = 1; i < values.length; i++) {
      values[i] = (float) (0.8 * random.nextGaussian());
    }
    values[0] = Float.NaN;
    values[4] = 3.1f;
    values[2] = -2.4f;
    return new TokenStrip(
        Heading.of("signed-tokens", "What each token adds to the answer"),
        SENTENCE,
        values,
        Colours.signed("change of the logit difference (nats)"));
  }

  /** Two heads on one scale: one colour bar for both. */
  public static Sheet sharedSheet() {
    return new Sheet(
        Heading.of("shared-sheet", "Two heads on one scale"),
        2,
        List.of(named("sink", "A sink", 0.7, 3), named("stripe", "A stripe", 0.1, 4)));
  }

  private static Heatmap named(String id, String title, double sink, long seed) {
    List<String> tokens = SENTENCE.subList(0, 16);
    return Heatmap.attention(Heading.of(id, title), tokens, pattern(16, 8, sink, seed));
  }

  /** Three layers, every kind of input, and an edge past a node that it does not join. */
  public static CircuitGraph circuit() {
    List<CircuitGraph.Row> rows = new ArrayList<>();
    rows.add(new CircuitGraph.Row("", List.of(new CircuitGraph.Node("input", "input"))));
    for (int layer = 0; layer < 3; layer++) {
      List<CircuitGraph.Node> heads = new ArrayList<>();
      for (int head = 0; head < 1 + 14 * layer; head++) {
        heads.add(new CircuitGraph.Node("a" + layer + ".h" + head, "H" + head));
      }
      rows.add(new CircuitGraph.Row("layer " + layer, heads));
    }
    rows.add(new CircuitGraph.Row("", List.of(new CircuitGraph.Node("logits", "logits"))));
    return new CircuitGraph(
        Heading.of("circuit", "A circuit"),
        rows,
        List.of(
            new CircuitGraph.Edge("input", "a0.h0", CircuitGraph.Port.VALUE, -3),
            new CircuitGraph.Edge("a0.h0", "a1.h7", CircuitGraph.Port.KEY, -1.5),
            new CircuitGraph.Edge("input", "a1.h7", CircuitGraph.Port.QUERY, 0.5),
            new CircuitGraph.Edge("a1.h7", "a2.h20", CircuitGraph.Port.QUERY, -0.7),
            new CircuitGraph.Edge("input", "logits", CircuitGraph.Port.WHOLE, 1),
            new CircuitGraph.Edge("a2.h20", "logits", CircuitGraph.Port.WHOLE, -2)),
        "raises",
        "lowers");
  }

  /** A head that divides its attention between the sink at position 0 and the induction stripe. */
  public static Heatmap attention() {
    return Heatmap.attention(
        new Heading("attention-l2h5", "Attention of L2H5", "Rows are queries; each sums to 1."),
        SENTENCE,
        pattern(SENTENCE.size(), SENTENCE.size() / 2, 0.55, 3));
  }

  public static Heatmap longAttention(int tokens) {
    Heatmap plain =
        Heatmap.attention(
            Heading.of("attention-long-" + tokens, "Attention of L3H1 on repeated random tokens"),
            IntStream.range(0, tokens).mapToObj(i -> "tok" + i).toList(),
            pattern(tokens, tokens / 2, 0.3, 5));
    return new Heatmap(
        plain.heading(),
        plain.values(),
        plain.rows(),
        plain.columns(),
        Colours.probability("attention probability").withScaling(Scaling.log(1e-3)),
        plain.mask());
  }

  public static Heatmap attribution() {
    var random = new Random(11);
    float[] values = new float[12 * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 0.12);
    }
    values[9 * 12 + 9] = 2.6f;
    values[9 * 12 + 6] = 1.9f;
    values[10 * 12 + 7] = -1.7f;
    values[11 * 12 + 10] = -1.1f;
    values[5 * 12 + 5] = Float.NaN;
    return new Heatmap(
        Heading.of("attribution", "Direct logit attribution by head"),
        new Matrix(12, 12, values),
        CellAxis.counted("layer"),
        CellAxis.counted("head"),
        Colours.signed("logit difference (nats)"),
        CellMask.NONE);
  }

  public static Curves losses() {
    int points = 40;
    List<Curves.Series> series = new ArrayList<>();
    String[] names = {"full model", "bigram subnetwork", "random subnetwork"};
    double[] floors = {2.9, 4.1, 5.6};
    var random = new Random(5);
    for (int s = 0; s < names.length; s++) {
      double[] x = new double[points];
      double[] y = new double[points];
      double[] low = new double[points];
      double[] high = new double[points];
      for (int i = 0; i < points; i++) {
        x[i] = Math.pow(10, 1 + 3.2 * i / (points - 1));
        y[i] = floors[s] + 6.5 / Math.pow(x[i] / 10, 0.42) + 0.04 * random.nextGaussian();
        double half = 0.1 + 0.8 / Math.pow(x[i] / 10, 0.3);
        low[i] = y[i] - half;
        high[i] = y[i] + half;
      }
      series.add(
          new Curves.Series(
              names[s], x, y, new Interval(low, high, "95 % bootstrap interval, 5 seeds")));
    }
    return new Curves(
        Heading.of("losses", "Loss while the mask is trained"),
        PlotAxis.log("training step", 1),
        PlotAxis.linear("loss (nats per token)"),
        series,
        List.of(Guide.atY(7.55, "unigram entropy")));
  }

  public static Bars scores() {
    return new Bars(
        Heading.of("scores", "Head scores on repeated random tokens"),
        "head",
        PlotAxis.linear("score"),
        List.of("L0H1", "L0H3", "L1H0", "L1H6", "L2H5", "L3H1", "L3H2"),
        List.of(
            new Bars.Group(
                "previous token",
                new double[] {0.91, 0.12, 0.34, 0.05, 0.02, 0.01, 0.03},
                interval(new double[] {0.91, 0.12, 0.34, 0.05, 0.02, 0.01, 0.03}, 0.03)),
            new Bars.Group(
                "induction",
                new double[] {0.01, 0.02, 0.03, 0.41, 0.93, 0.77, 0.55},
                interval(new double[] {0.01, 0.02, 0.03, 0.41, 0.93, 0.77, 0.55}, 0.05))),
        Bars.Direction.UPRIGHT,
        List.of(Guide.atY(0.5, "threshold")));
  }

  public static Bars lyingScores() {
    return new Bars(
        Heading.of("components", "What writes the answer"),
        "",
        PlotAxis.linear("contribution to the logit difference (nats)"),
        List.of(
            "embedding",
            "blocks.0.hook_attn_out",
            "blocks.0.hook_mlp_out",
            "blocks.1.hook_attn_out",
            "blocks.1.hook_mlp_out",
            "blocks.2.hook_attn_out",
            "blocks.2.hook_mlp_out"),
        List.of(new Bars.Group("", new double[] {0.1, -0.32, 0.55, 1.8, -0.9, 2.4, 0.2})),
        Bars.Direction.LYING,
        List.of());
  }

  public static Scatter geometry() {
    var random = new Random(2);
    List<Scatter.Group> groups = new ArrayList<>();
    String[] names = {"verbs", "nouns", "names"};
    String[][] words = {
      {"␣went", "␣gave", "␣ran", "␣saw", "␣took"},
      {"␣store", "␣drink", "␣house", "␣dog", "␣tree"},
      {"␣Mary", "␣John", "␣Alice", "␣Bob", "␣Eve"}
    };
    for (int g = 0; g < 3; g++) {
      int n = 30;
      double[] x = new double[n];
      double[] y = new double[n];
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        x[i] = 4 * Math.cos(2.1 * g) + random.nextGaussian() * 1.4;
        y[i] = 4 * Math.sin(2.1 * g) + random.nextGaussian() * 1.4;
        labels.add(i < 5 ? words[g][i] : "");
      }
      groups.add(new Scatter.Group(names[g], x, y, labels));
    }
    return new Scatter(
        Heading.of("geometry", "Token embeddings, first two principal components"),
        PlotAxis.linear("PC 1 (21 % of variance)"),
        PlotAxis.linear("PC 2 (9 %)"),
        groups);
  }

  public static TokenStrip surprisal() {
    var random = new Random(8);
    List<String> tokens = new ArrayList<>(SENTENCE);
    tokens.addAll(SENTENCE.subList(1, SENTENCE.size()));
    tokens.addAll(SENTENCE.subList(1, SENTENCE.size()));
    float[] values = new float[tokens.size()];
    values[0] = Float.NaN;
    for (int i = 1; i < values.length; i++) {
      double mean = i < SENTENCE.size() ? 6 : 1.2;
      values[i] = (float) Math.abs(mean + 2.2 * random.nextGaussian());
    }
    return new TokenStrip(
        Heading.of("surprisal", "Surprisal of each token"),
        tokens,
        values,
        new Colours(Palette.BLUES, Scaling.linear(), null, "surprisal (bits)"));
  }

  public static HeadGrid headGrid(int layers, int heads, int tokens) {
    List<Matrix> patterns = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (int head = 0; head < heads; head++) {
        double sink = layer == 0 ? 0.05 : 0.2 + 0.6 * ((head * 5 + layer) % 7) / 7.0;
        int stripe = (head + layer) % 3 == 0 ? tokens / 2 : 1;
        patterns.add(
            new Matrix(tokens, tokens, pattern(tokens, stripe, sink, 10 * layer + head + 1)));
      }
    }
    return new HeadGrid(
        Heading.of("heads", "Attention patterns of every head"),
        IntStream.range(0, layers).boxed().toList(),
        IntStream.range(0, heads).boxed().toList(),
        patterns,
        Colours.probability("attention probability"),
        CellMask.ABOVE_DIAGONAL);
  }

  public static Table table() {
    return new Table(
        Heading.of("bigram-table", "Bigram subnetworks"),
        List.of(
            Table.Column.text("model"),
            Table.Column.number("kept weights"),
            Table.Column.number("bigram r"),
            Table.Column.number("loss (nats)")),
        List.of(
            List.of("gpt2-4l", "0.0231", "0.988", "4.12"),
            List.of("pythia-70m", "0.172", "0.97", "10.4"),
            List.of("pythia-160m", "0.0968", "0.981", "5.2034"),
            List.of("random mask", "0.0968", "0.02", "−")));
  }

  public static Waterfall waterfall() {
    return new Waterfall(
        new Heading("parts", "Parts of a logit", "From the embedding to the biases."),
        PlotAxis.linear("logit"),
        List.of("embedding", "attention 0", "MLP 0", "L1H5", "biases"),
        new double[] {0.4, -1.1, 2.5, 3.25, -0.2},
        "logit");
  }

  public static Sheet sheet() {
    return new Sheet(
        Heading.of("sheet", "Induction in a four-layer model"),
        2,
        List.of(attention(), losses(), scores(), attribution()));
  }

  /** A causal pattern whose rows sum to 1: a sink, a stripe {@code offset − 1} back, and noise. */
  public static float[] pattern(int tokens, int offset, double sink, long seed) {
    var random = new Random(seed);
    float[] weights = new float[tokens * tokens];
    for (int query = 0; query < tokens; query++) {
      double sum = 0;
      for (int key = 0; key <= query; key++) {
        double noise = Math.exp(random.nextGaussian()) * 0.3 / (query + 1);
        boolean onStripe = query - key == Math.max(offset - 1, 1);
        double weight = noise + (key == 0 ? sink : 0) + (onStripe ? 0.9 - sink * 0.5 : 0);
        weights[query * tokens + key] = (float) weight;
        sum += weight;
      }
      for (int key = 0; key <= query; key++) {
        weights[query * tokens + key] /= (float) sum;
      }
    }
    return weights;
  }

  private static Interval interval(double[] values, double half) {
    double[] low = new double[values.length];
    double[] high = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      low[i] = values[i] - half;
      high[i] = values[i] + half;
    }
    return new Interval(low, high, "95 % interval over 20 sequences");
  }
}
