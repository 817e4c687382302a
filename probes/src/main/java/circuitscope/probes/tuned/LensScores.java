package circuitscope.probes.tuned;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lenses by layer, with bootstrap intervals over windows. Layer l reads what enters layer l, so
 * layer 0 is the baseline that sees the embeddings alone.
 *
 * @param model loss of the model's own answer, which the lens after the last layer equals
 */
public record LensScores(List<OfLens> lenses, Loss model, long positions, long windows) {
  private static final double LN_2 = Math.log(2);
  private static final String INTERVAL = "95 % bootstrap interval over windows";

  /**
   * A loss.
   *
   * @param bitsPerByte null when the bytes are not known
   */
  public record Loss(Estimate nats, @Nullable Estimate bitsPerByte) {}

  /**
   * One lens at one layer.
   *
   * @param klNats KL(final ‖ lens)
   * @param jensenShannonNats of both, at most ln 2
   * @param totalVariation of both, 0 to 1
   * @param gainNats KL of the logit lens minus this one's, of the same windows
   */
  public record OfLayer(
      int layer,
      Estimate klNats,
      Estimate jensenShannonNats,
      Estimate totalVariation,
      Loss loss,
      Estimate gainNats) {}

  /** One lens. */
  public record OfLens(String name, List<OfLayer> layers) {
    /** Whether it is nearer to the final distribution than the logit lens, at every layer. */
    public boolean winsEverywhere() {
      return layers.stream().allMatch(one -> one.gainNats().low() > 0);
    }
  }

  static LensScores of(LensJudge judge, long seed) {
    List<LensJudge.Window> windows = judge.windows();
    List<OfLens> lenses = new ArrayList<>();
    for (int i = 0; i < judge.names().size(); i++) {
      List<OfLayer> layers = new ArrayList<>();
      for (int layer = 0; layer < windows.getFirst().lossNats()[0].length; layer++) {
        layers.add(layer(windows, i, layer, seed));
      }
      lenses.add(new OfLens(judge.names().get(i), layers));
    }
    return new LensScores(
        lenses,
        loss(windows, seed, window -> window.modelNats()[0]),
        windows.stream().mapToLong(LensJudge.Window::positions).sum(),
        windows.size());
  }

  private static OfLayer layer(List<LensJudge.Window> windows, int lens, int layer, long seed) {
    ToDoubleFunction<LensJudge.Window> kl = one -> one.apart(Divergence.KL)[lens][layer];
    return new OfLayer(
        layer,
        mean(windows, seed, kl),
        mean(windows, seed, one -> one.apart(Divergence.JENSEN_SHANNON)[lens][layer]),
        mean(windows, seed, one -> one.apart(Divergence.TOTAL_VARIATION)[lens][layer]),
        loss(windows, seed, one -> one.lossNats()[lens][layer]),
        mean(windows, seed, one -> one.apart(Divergence.KL)[0][layer] - kl.applyAsDouble(one)));
  }

  private static Loss loss(
      List<LensJudge.Window> windows, long seed, ToDoubleFunction<LensJudge.Window> nats) {
    boolean bytes = windows.stream().anyMatch(window -> window.bytes() > 0);
    return new Loss(
        mean(windows, seed, nats),
        bytes ? ratio(windows, seed, nats, window -> window.bytes() * LN_2) : null);
  }

  private static Estimate mean(
      List<LensJudge.Window> windows, long seed, ToDoubleFunction<LensJudge.Window> nats) {
    return ratio(windows, seed, nats, LensJudge.Window::positions);
  }

  private static Estimate ratio(
      List<LensJudge.Window> windows,
      long seed,
      ToDoubleFunction<LensJudge.Window> above,
      ToDoubleFunction<LensJudge.Window> below) {
    double[][] sums =
        windows.stream()
            .map(one -> new double[] {above.applyAsDouble(one), below.applyAsDouble(one)})
            .toArray(double[][]::new);
    return Estimate.of(sums, seed, total -> total.values()[0] / total.values()[1]);
  }

  String summary() {
    StringBuilder text = new StringBuilder();
    for (OfLens lens : lenses) {
      text.append(
          String.format(
              Locale.ROOT, "%s%n  layer   KL (nats)  loss (nats)  bits a byte%n", lens.name));
      for (OfLayer one : lens.layers) {
        Estimate bits = one.loss.bitsPerByte();
        text.append(
            String.format(
                Locale.ROOT,
                "  %5d %11.4f %12.4f %12s%n",
                one.layer,
                one.klNats.value(),
                one.loss.nats().value(),
                bits == null ? "" : String.format(Locale.ROOT, "%.4f", bits.value())));
      }
      if (!lens.name.equals(LensJudge.LOGIT_LENS)) {
        text.append(
            lens.winsEverywhere()
                ? "  nearer to the final distribution than the logit lens at every layer\n"
                : "  NOT nearer to the final distribution than the logit lens at every layer\n");
      }
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "the model itself: %.4f nats a token%nover %,d positions in %,d windows%n",
                model.nats().value(),
                positions,
                windows))
        .toString();
  }

  List<Figure> figures() {
    return List.of(
        curves(
            "lens-kl",
            "How far each layer's reading is from the final distribution",
            "KL(final ‖ lens) (nats)",
            OfLayer::klNats,
            List.of()),
        curves(
            "lens-loss-by-layer",
            "Loss of the next token, read before each layer",
            "loss (nats)",
            one -> one.loss().nats(),
            List.of(Guide.atY(model.nats().value(), "model"))));
  }

  private Figure curves(
      String id, String title, String axis, Function<OfLayer, Estimate> of, List<Guide> guides) {
    List<Curves.Series> series = new ArrayList<>();
    for (OfLens lens : lenses) {
      double[] x = IntStream.range(0, lens.layers.size()).asDoubleStream().toArray();
      Estimate[] values = lens.layers.stream().map(of).toArray(Estimate[]::new);
      series.add(
          new Curves.Series(
              lens.name,
              x,
              Arrays.stream(values).mapToDouble(Estimate::value).toArray(),
              new Interval(
                  Arrays.stream(values).mapToDouble(Estimate::low).toArray(),
                  Arrays.stream(values).mapToDouble(Estimate::high).toArray(),
                  INTERVAL)));
    }
    String caption =
        "What enters each layer, read by the final norm and the unembedding, as it is (logit lens)"
            + " and after trained translators; at layer 0 the embeddings alone.";
    return new Curves(
        new Heading(id, title, caption),
        PlotAxis.linear("before layer"),
        PlotAxis.log(axis, 1e-3),
        series,
        guides);
  }

  List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (OfLens lens : lenses) {
      for (OfLayer one : lens.layers) {
        List<Object> row = new ArrayList<>(List.of(lens.name, one.layer));
        add(row, one.klNats);
        add(row, one.jensenShannonNats);
        add(row, one.totalVariation);
        add(row, one.loss.nats());
        add(row, one.loss.bitsPerByte());
        add(row, one.gainNats);
        rows.add(row);
      }
    }
    List<String> columns = new ArrayList<>(List.of("lens", "layer"));
    for (String name :
        List.of(
            "kl_nats",
            "jensen_shannon_nats",
            "total_variation",
            "loss_nats",
            "bits_per_byte",
            "gain_nats")) {
      columns.addAll(List.of(name, name + "_low", name + "_high"));
    }
    return List.of(new DataTable("lenses", columns, rows));
  }

  private static void add(List<Object> row, @Nullable Estimate value) {
    row.addAll(
        value == null ? List.of("", "", "") : List.of(value.value(), value.low(), value.high()));
  }
}
