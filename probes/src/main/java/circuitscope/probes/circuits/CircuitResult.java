package circuitscope.probes.circuits;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A circuit and how far it accounts for what the model does.
 *
 * @param whole mean metric after the clean prompts
 * @param empty mean metric after the corrupted prompts
 * @param graphEdges edges of the model
 * @param circuit the one chosen, beside random edges
 * @param nodes that its edges join
 * @param edges its edges, strongest first
 * @param curve by size; empty when there are no scores
 * @param areas of the curve
 * @param knockouts f of the circuit without one of its edges
 * @param input the pairs that it was judged on
 */
public record CircuitResult(
    PairMetric metric,
    int pairs,
    double whole,
    double empty,
    int graphEdges,
    CircuitEvaluation.Judged circuit,
    List<String> nodes,
    List<ScoredEdge> edges,
    List<CircuitEvaluation.Judged> curve,
    @Nullable Areas areas,
    List<Knockout> knockouts,
    @JsonIgnore Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore Circuit found)
    implements Result {
  private static final int SHOWN = 12;

  /** An edge under its first name. */
  public record ScoredEdge(String edge, double score) {}

  /** The circuit's f without an edge. */
  public record Knockout(String edge, double score, double faithfulnessWithout) {}

  /**
   * Areas of the curves of MIB.
   *
   * @param cpr under f
   * @param cmd between f and 1
   */
  public record Areas(
      double cpr, double cmd, @Nullable Estimate randomCpr, @Nullable Estimate randomCmd) {

    static Areas of(List<CircuitEvaluation.Judged> curve, long seed) {
      List<Double> shares = curve.stream().map(CircuitEvaluation.Judged::share).toList();
      List<Double> f = curve.stream().map(point -> point.faithfulness().value()).toList();
      int draws = curve.getFirst().random().size();
      double[] cpr = new double[draws];
      double[] cmd = new double[draws];
      for (int draw = 0; draw < draws; draw++) {
        int one = draw;
        List<Double> random = curve.stream().map(point -> point.random().get(one)).toList();
        cpr[draw] = Faithfulness.area(shares, random);
        cmd[draw] = Faithfulness.distance(shares, random);
      }
      return new Areas(
          Faithfulness.area(shares, f),
          Faithfulness.distance(shares, f),
          draws == 0 ? null : Estimate.mean(cpr, seed),
          draws == 0 ? null : Estimate.mean(cmd, seed));
    }
  }

  static List<ScoredEdge> edges(Circuit circuit) {
    return circuit.strongest().stream()
        .map(edge -> new ScoredEdge(circuit.graph().name(edge), circuit.scores()[edge]))
        .toList();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %.4f clean, %.4f corrupted (%d pairs)%n"
                + "circuit: %d of %,d edges (%.2f %%), %d nodes%n",
            metric.title(),
            whole,
            empty,
            pairs,
            circuit.edges(),
            graphEdges,
            100.0 * circuit.edges() / graphEdges,
            nodes.size()));
    text.append(line("faithfulness", circuit.faithfulness(), circuit.randomFaithfulness()));
    text.append(line("left without it", circuit.completeness(), circuit.randomCompleteness()));
    if (areas != null) {
      text.append(String.format(Locale.ROOT, "CPR %.4f, CMD %.4f", areas.cpr(), areas.cmd()));
      Estimate cpr = areas.randomCpr();
      Estimate cmd = areas.randomCmd();
      text.append(
          cpr == null || cmd == null
              ? "%n".formatted()
              : String.format(
                  Locale.ROOT, "; random edges %.4f and %.4f%n", cpr.value(), cmd.value()));
    }
    for (ScoredEdge edge : edges.subList(0, Math.min(SHOWN, edges.size()))) {
      text.append(String.format(Locale.ROOT, "  %-22s %+.4f%n", edge.edge(), edge.score()));
    }
    return text.toString();
  }

  private static String line(String what, Estimate value, @Nullable Estimate random) {
    String beside =
        random == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; random edges %.3f [%.3f, %.3f]",
                random.value(),
                random.low(),
                random.high());
    return String.format(
        Locale.ROOT,
        "%-16s %.3f [%.3f, %.3f]%s%n",
        what,
        value.value(),
        value.low(),
        value.high(),
        beside);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    if (found.size() > 0) {
      figures.add(CircuitFigures.graph(found));
    }
    if (curve.size() > 1) {
      figures.add(CircuitFigures.curves(this));
    }
    return figures;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (CircuitEvaluation.Judged point : curve) {
      Estimate random = point.randomFaithfulness();
      rows.add(
          Arrays.asList(
              point.share(),
              point.edges(),
              point.faithfulness().value(),
              point.faithfulness().low(),
              point.faithfulness().high(),
              point.completeness().value(),
              random == null ? "" : random.value()));
    }
    List<List<Object>> edgeRows = new ArrayList<>();
    edges.forEach(edge -> edgeRows.add(List.of(edge.edge(), edge.score())));
    return List.of(
        new DataTable(
            "curve",
            List.of("share", "edges", "faithfulness", "low", "high", "completeness", "random"),
            rows),
        new DataTable("edges", List.of("edge", "score"), edgeRows));
  }
}
