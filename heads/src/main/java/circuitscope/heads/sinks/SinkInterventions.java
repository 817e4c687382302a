package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sink under interventions.
 *
 * @param outcomes the untouched run first
 * @param notApplicable what this model does not allow, and why
 * @param largeValues which values were put to zero and to their mean
 * @param filler label of the token that took the first tokens' place; null when none was known
 */
public record SinkInterventions(
    List<Outcome> outcomes,
    List<NotApplicable> notApplicable,
    LargeValues largeValues,
    @Nullable String filler,
    Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore double epsilon)
    implements Result {

  /** An intervention that was left out. */
  public record NotApplicable(String intervention, String reason) {}

  /**
   * The values that stand out.
   *
   * @param layer after which they were changed; −1 is the embedding
   * @param ratio to the state's median from which a value was changed
   * @param massive whether they meet Sun et al.'s definition
   */
  public record LargeValues(int layer, List<Integer> dimensions, double ratio, boolean massive) {}

  static Map<String, Object> protocol(SinkInterventionsAnalysis.Parameters p) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-sink-interventions/1");
    protocol.put("epsilon", p.epsilon());
    protocol.put("length", p.length());
    protocol.put("tokens", p.tokens().kinds().getFirst().word());
    protocol.put(
        "loss", "of targets left as they were; change paired by sample with the untouched run");
    protocol.put("h, k, v", "norm at position 0 over the mean elsewhere, mean over layers");
    protocol.put("cos", "cos(q_t, k_0), mean over t >= 1, heads and layers");
    protocol.put(
        "intervals", "95 % bootstrap over samples; random controls: least to most of draws");
    protocol.put("draws", p.draws());
    protocol.put("seed", p.seed());
    return protocol;
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder(OutcomeFigures.lines(outcomes));
    text.append(
        String.format(
            Locale.ROOT,
            "large values: after layer %d, dimensions %s, at least %.0f x the median, %s%n",
            largeValues.layer(),
            largeValues.dimensions(),
            largeValues.ratio(),
            largeValues.massive()
                ? "massive by Sun et al.'s definition"
                : "not massive by Sun et al.'s definition"));
    if (filler != null) {
      text.append("replaced tokens became ").append(filler).append('\n');
    }
    for (NotApplicable one : notApplicable) {
      text.append("not applicable: ")
          .append(one.intervention())
          .append(": ")
          .append(one.reason())
          .append('\n');
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>(OutcomeFigures.of(outcomes, epsilon));
    List<Outcome> moved = outcomes.stream().filter(one -> one.sinks().size() > 1).toList();
    if (!moved.isEmpty()) {
      figures.add(
          new Bars(
              new Heading(
                  "intervention-positions",
                  "Where the sink goes when position embeddings move",
                  "Mean α over that of uniform attention, at position 0 and at the other"
                      + " position."),
              "",
              PlotAxis.linear("α × uniform"),
              moved.stream().map(Outcome::name).toList(),
              List.of(
                  OutcomeFigures.group(
                      "at position 0", moved, one -> one.sinks().getFirst().timesUniform()),
                  OutcomeFigures.group(
                      "at the other position", moved, one -> one.sinks().get(1).timesUniform())),
              Bars.Direction.LYING,
              List.of(Guide.atY(1, "uniform"))));
    }
    return figures;
  }

  @Override
  public List<DataTable> tables() {
    return List.of(OutcomeFigures.table(outcomes));
  }
}
