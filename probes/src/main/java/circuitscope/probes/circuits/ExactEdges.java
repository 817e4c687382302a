package circuitscope.probes.circuits;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.statistics.RankCorrelation;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Effects of patching every edge, and how attribution orders them.
 *
 * @param agreements one an attribution
 * @param strongest edges of the largest |effect|
 */
public record ExactEdges(
    PairMetric metric,
    int edges,
    List<Agreement> agreements,
    List<CircuitResult.ScoredEdge> strongest,
    TokensRead input,
    @JsonIgnore Circuit exact,
    @JsonIgnore List<double[]> attributed)
    implements Result {
  private static final int TOP = 100;

  /**
   * How one attribution agrees with exact patching.
   *
   * @param steps its runs between corrupted and clean embeddings
   * @param spearman of the scores of all edges
   * @param spearmanOfSizes of their absolute values, by which circuits are chosen
   * @param inTop share of the 100 edges of largest |effect| that are among its own first 100
   * @param byKind spearman of the edges into queries, keys, values, MLPs and logits
   */
  public record Agreement(
      int steps, double spearman, double spearmanOfSizes, double inTop, List<OfKind> byKind) {}

  /** The correlation of the edges into readers of one kind. */
  public record OfKind(Reader.Kind kind, int edges, double spearman) {}

  static ExactEdges of(
      PairMetric metric,
      List<Integer> steps,
      List<double[]> attributed,
      Circuit exact,
      TokensRead input) {
    List<Agreement> agreements = new ArrayList<>();
    for (int i = 0; i < attributed.size(); i++) {
      agreements.add(agreement(steps.get(i), attributed.get(i), exact));
    }
    List<CircuitResult.ScoredEdge> strongest =
        EdgeSearch.ordered(exact.scores(), IntStream.range(0, exact.scores().length)).stream()
            .limit(TOP)
            .map(e -> new CircuitResult.ScoredEdge(exact.graph().name(e), exact.scores()[e]))
            .toList();
    int edges = exact.graph().edges();
    return new ExactEdges(metric, edges, agreements, strongest, input, exact, attributed);
  }

  private static Agreement agreement(int steps, double[] scores, Circuit exact) {
    EdgeGraph graph = exact.graph();
    double[] effects = exact.scores();
    List<OfKind> byKind = new ArrayList<>();
    for (Reader.Kind kind : Reader.Kind.values()) {
      int[] own =
          IntStream.range(0, effects.length)
              .filter(edge -> graph.readers().get(graph.readerOf(edge)).kind() == kind)
              .toArray();
      byKind.add(
          new OfKind(
              kind, own.length, RankCorrelation.spearman(some(scores, own), some(effects, own))));
    }
    int top = Math.min(TOP, effects.length);
    BitSet both = EdgeSearch.TOP_N.edges(graph, scores, top);
    both.and(EdgeSearch.TOP_N.edges(graph, effects, top));
    return new Agreement(
        steps,
        RankCorrelation.spearman(scores, effects),
        RankCorrelation.spearman(sizes(scores), sizes(effects)),
        (double) both.cardinality() / top,
        byKind);
  }

  private static double[] some(double[] values, int[] which) {
    return Arrays.stream(which).mapToDouble(i -> values[i]).toArray();
  }

  private static double[] sizes(double[] values) {
    return Arrays.stream(values).map(Math::abs).toArray();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%,d edges patched one by one, %s%n", edges, metric.title()));
    for (Agreement one : agreements) {
      text.append(
          String.format(
              Locale.ROOT,
              "attribution, %d runs: Spearman %.4f (of sizes %.4f), %.0f %% of the first 100;",
              one.steps(),
              one.spearman(),
              one.spearmanOfSizes(),
              100 * one.inTop()));
      for (OfKind kind : one.byKind()) {
        String name = kind.kind().name().toLowerCase(Locale.ROOT);
        text.append(String.format(Locale.ROOT, " %s %.3f", name, kind.spearman()));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    EdgeGraph graph = exact.graph();
    List<Scatter.Group> groups = new ArrayList<>();
    double[] last = attributed.getLast();
    for (Reader.Kind kind : Reader.Kind.values()) {
      int[] own =
          EdgeSearch.ordered(exact.scores(), IntStream.range(0, edges)).stream()
              .mapToInt(Integer::intValue)
              .filter(edge -> graph.readers().get(graph.readerOf(edge)).kind() == kind)
              .toArray();
      List<String> labels = new ArrayList<>();
      for (int i = 0; i < own.length; i++) {
        labels.add(i < 2 ? graph.name(own[i]) : "");
      }
      groups.add(
          new Scatter.Group(
              "into " + kind.name().toLowerCase(Locale.ROOT),
              some(exact.scores(), own),
              some(last, own),
              labels));
    }
    figures.add(
        new Scatter(
            new Heading(
                "exact-attributed",
                "Effect of patching an edge and its attribution",
                "Every edge once; attribution of %d runs.".formatted(agreements.getLast().steps())),
            PlotAxis.linear("effect of patching"),
            PlotAxis.linear("attribution"),
            groups));
    figures.add(CircuitFigures.graph(exact));
    return figures;
  }

  @Override
  public List<DataTable> tables() {
    List<String> columns = new ArrayList<>(List.of("edge", "exact"));
    agreements.forEach(one -> columns.add("attributed_" + one.steps()));
    List<List<Object>> rows = new ArrayList<>();
    for (int edge = 0; edge < edges; edge++) {
      List<Object> row = new ArrayList<>(List.of(exact.graph().name(edge), exact.scores()[edge]));
      for (double[] scores : attributed) {
        row.add(scores[edge]);
      }
      rows.add(row);
    }
    return List.of(new DataTable("effects", columns, rows));
  }
}
