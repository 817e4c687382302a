package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The first position beside the others, layer by layer and head by head.
 *
 * @param embedding norms of what enters the first layer
 * @param heads by layer and head
 */
public record SinkWhy(
    Contrast embedding, List<Layer> layers, List<Head> heads, int length, TokensRead input)
    implements Result {

  private static final int SHOWN = 5;

  /**
   * One layer.
   *
   * @param h norms of the stream after it, before any final norm
   * @param k norms of its keys as they enter the scores
   * @param v norms of its values
   * @param qk ‖q_t‖·‖k_0‖ beside ‖q_t‖ times the mean norm of the other keys that t sees
   * @param cos cos(q_t, k_0) beside its mean over those keys
   */
  public record Layer(int layer, Contrast h, Contrast k, Contrast v, Contrast qk, Contrast cos) {}

  /**
   * One head; means over queries t ≥ 1 with their intervals over samples.
   *
   * @param mass A_{t,0}
   * @param valueShare ‖A_{t,0} v_0 W_O‖ / ‖z_t W_O‖; above 1 where the rest points the other way
   * @param biasConstancy ‖E u‖² / E‖u‖² of the sink's part u of what the head writes
   * @param restConstancy the same of all else that it writes
   */
  public record Head(
      HeadName head,
      Estimate cosSink,
      Estimate cosOthers,
      Estimate mass,
      Estimate valueShare,
      double biasConstancy,
      double restConstancy) {}

  @Override
  public String summary() {
    StringBuilder text =
        new StringBuilder(
            "position 0 / other positions:      |h|      |k|      |v|  |q||k|   cos(q, k)\n");
    for (Layer layer : layers) {
      text.append(
          String.format(
              Locale.ROOT,
              "  layer %-2d                    %8.2f %8.2f %8.2f %7.2f   %.3f against %.3f%n",
              layer.layer(),
              layer.h().comparison().value(),
              layer.k().comparison().value(),
              layer.v().comparison().value(),
              layer.qk().comparison().value(),
              layer.cos().sink().mean(),
              layer.cos().others().mean()));
    }
    text.append("heads with most of their attention there:\n");
    heads.stream()
        .sorted(Comparator.comparingDouble(head -> -head.mass().value()))
        .limit(SHOWN)
        .forEach(head -> text.append(line(head)));
    return text.toString();
  }

  private static String line(Head head) {
    return String.format(
        Locale.ROOT,
        "  %-6s %.1f %% of attention gives %.1f %% of what it writes; bias constancy %.2f (the"
            + " rest: %.2f)%n",
        head.head(),
        100 * head.mass().value(),
        100 * head.valueShare().value(),
        head.biasConstancy(),
        head.restConstancy());
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "name", "circuitscope-sink-mechanism/1",
        "h", "resid_post of each layer, before the final norm",
        "q, k", "as they enter the scores, after rotary and query-key norms",
        "others", "positions 1 and later; keys 1 to t for queries t",
        "value_share", "|A v W_O| / |z W_O| by head, output bias and post-norm left out",
        "bias_constancy", "|mean u|^2 / mean |u|^2, u = A v W_O of key 0, over samples and t >= 1",
        "intervals", "95 % percentile bootstrap over samples",
        "quantiles", "5 %, 50 %, 95 % over samples, heads and at most 16 positions a sample");
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return WhyFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> byLayer = new ArrayList<>();
    add(byLayer, "h", -1, embedding);
    for (Layer layer : layers) {
      add(byLayer, "h", layer.layer(), layer.h());
      add(byLayer, "k", layer.layer(), layer.k());
      add(byLayer, "v", layer.layer(), layer.v());
      add(byLayer, "qk", layer.layer(), layer.qk());
      add(byLayer, "cos", layer.layer(), layer.cos());
    }
    List<List<Object>> byHead = new ArrayList<>();
    for (Head head : heads) {
      byHead.add(
          List.of(
              head.head().toString(),
              head.cosSink().value(),
              head.cosOthers().value(),
              head.mass().value(),
              head.valueShare().value(),
              head.valueShare().low(),
              head.valueShare().high(),
              head.biasConstancy(),
              head.restConstancy()));
    }
    return List.of(
        new DataTable(
            "sink-mechanism",
            List.of(
                "quantity",
                "layer",
                "at",
                "mean",
                "q05",
                "median",
                "q95",
                "comparison",
                "low",
                "high"),
            byLayer),
        new DataTable(
            "sink-heads",
            List.of(
                "head",
                "cos_sink",
                "cos_others",
                "mass",
                "value_share",
                "low",
                "high",
                "bias_constancy",
                "rest_constancy"),
            byHead));
  }

  private static void add(List<List<Object>> rows, String what, int layer, Contrast contrast) {
    Estimate comparison = contrast.comparison();
    Map<String, Spread> sides = new LinkedHashMap<>();
    sides.put("sink", contrast.sink());
    sides.put("others", contrast.others());
    sides.forEach(
        (at, spread) ->
            rows.add(
                List.of(
                    what,
                    layer,
                    at,
                    spread.mean(),
                    spread.low(),
                    spread.median(),
                    spread.high(),
                    comparison.value(),
                    comparison.low(),
                    comparison.high())));
  }
}
