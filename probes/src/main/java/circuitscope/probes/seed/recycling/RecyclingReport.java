package circuitscope.probes.seed.recycling;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Tells what was recovered: means over heads as points, each head as a row. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record RecyclingReport(
    RecyclingSums sums, RecyclingAnalysis.Parameters p, TokensRead read, int[] all) {

  RecyclingReport(RecyclingSums sums, RecyclingAnalysis.Parameters p, TokensRead read) {
    this(sums, p, read, IntStream.range(0, sums.heads()).toArray());
  }

  ProbeResult result() {
    List<Point> points = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    points.add(Point.of("share of the first token", 0, sums.firstTokenShare(all), null, n()));
    for (boolean without : new boolean[] {false, true}) {
      for (int size = 0; size < p.keys().size(); size++) {
        List<Point> of = points(size, without);
        points.addAll(of);
        figures.add(figure(of, size, without));
      }
    }
    for (int distance = 0; distance < p.distances().size(); distance++) {
      points.add(
          Point.of(
              "rho of query cosine and R, K=" + p.keys().getFirst(),
              p.distances().get(distance),
              sums.cosineCorrelation(distance, false),
              sums.cosineCorrelation(distance, true).value(),
              n()));
    }
    return new ProbeResult(
        "R(s, K) = mean over u of the sum of A[u, j] over j in topK(A[u - s]), mean over heads",
        "K keys drawn from those that u sees: their expected share; of rho, shuffled cosines",
        "s",
        points,
        List.of(
            "n counts queries u of each head; the figures are means over %d heads"
                .formatted(sums.heads())),
        protocol(),
        figures,
        List.of(byHead()),
        read);
  }

  private long n() {
    return sums.queries();
  }

  private List<Point> points(int size, boolean without) {
    String of = " K=" + p.keys().get(size) + (without ? ", no first" : "");
    double chance = of(Recovery.Choice.RANDOM, 0, size, without).value();
    List<Point> points = new ArrayList<>();
    for (Recovery.Choice choice : List.of(Recovery.Choice.RECYCLED, Recovery.Choice.REFRESHED)) {
      String name = choice == Recovery.Choice.RECYCLED ? "recycled" : "with the keys since,";
      for (int distance = 0; distance < p.distances().size(); distance++) {
        points.add(
            Point.of(
                name + of,
                p.distances().get(distance),
                of(choice, distance, size, without),
                chance,
                n()));
      }
    }
    points.add(
        Point.of("oracle" + of, 0, of(Recovery.Choice.ORACLE, 0, size, without), chance, n()));
    points.add(
        Point.of(
            "first and last" + of, 0, of(Recovery.Choice.RECENT, 0, size, without), chance, n()));
    return points;
  }

  private Estimate of(Recovery.Choice choice, int distance, int size, boolean without) {
    return sums.recovered(all, choice, distance, size, without);
  }

  private Figure figure(List<Point> points, int size, boolean without) {
    int k = p.keys().get(size);
    int s = p.distances().size();
    double[] x = p.distances().stream().mapToDouble(Integer::doubleValue).toArray();
    List<Curves.Series> series =
        List.of(
            line("recycled", x, points.subList(0, s)),
            line("with the keys since", x, points.subList(s, 2 * s)));
    Double chance = points.getFirst().chance();
    List<Guide> guides =
        List.of(
            Guide.atY(points.get(2 * s).value(), "oracle"),
            Guide.atY(points.get(2 * s + 1).value(), "first and last"),
            Guide.atY(chance == null ? 0 : chance, "random"));
    return new Curves(
        new Heading(
            "recovery-k" + k + (without ? "-without-first" : ""),
            "Attention that %d recycled keys recover%s"
                .formatted(k, without ? ", key 0 aside" : ""),
            "R(s, K), mean over heads, by the steps since the keys were chosen; band: 95 %"
                + " bootstrap interval over windows."),
        PlotAxis.log("steps since the keys were chosen", 1),
        PlotAxis.linear("share of attention").withRange(0, 1),
        series,
        guides);
  }

  private static Curves.Series line(String name, double[] x, List<Point> points) {
    double[] y = points.stream().mapToDouble(Point::value).toArray();
    double[] low =
        points.stream().mapToDouble(q -> q.low() == null ? q.value() : q.low()).toArray();
    double[] high =
        points.stream().mapToDouble(q -> q.high() == null ? q.value() : q.high()).toArray();
    return new Curves.Series(name, x, y, new Interval(low, high, "95 % bootstrap interval"));
  }

  private DataTable byHead() {
    List<List<Object>> rows = new ArrayList<>();
    int perLayer = sums.headsPerLayer();
    for (int i = 0; i < sums.heads(); i++) {
      int[] one = {i};
      String head = new HeadName(i / perLayer, i % perLayer).toString();
      for (int size = 0; size < p.keys().size(); size++) {
        for (int d = 0; d < p.distances().size(); d++) {
          Estimate with = sums.recovered(one, Recovery.Choice.RECYCLED, d, size, false);
          Estimate without = sums.recovered(one, Recovery.Choice.RECYCLED, d, size, true);
          List<Object> row = new ArrayList<>(List.of(head, p.keys().get(size)));
          row.addAll(List.of(p.distances().get(d), with.value(), with.low(), with.high()));
          row.addAll(List.of(without.value(), without.low(), without.high()));
          for (Recovery.Choice other :
              List.of(Recovery.Choice.ORACLE, Recovery.Choice.RECENT, Recovery.Choice.RANDOM)) {
            row.add(sums.share(i, other, size));
          }
          row.add(sums.firstTokenShare(one).value());
          rows.add(row);
        }
      }
    }
    return new DataTable(
        "recovery-by-head",
        List.of(
            "head",
            "k",
            "s",
            "r",
            "low",
            "high",
            "r_without_first",
            "low_without",
            "high_without",
            "oracle",
            "first_and_last",
            "random",
            "first_token_share"),
        rows);
  }

  private Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "recycled-attention/1");
    protocol.put(
        "queries", "u from %d on, the same for all s and K".formatted(p.plan().firstQuery()));
    protocol.put("grouped_heads", "one set a group, by the largest weight among its query heads");
    protocol.put("without_first", "key 0 neither chosen nor counted; queries weigh what is left");
    protocol.put("with_the_keys_since", "K - s best keys of u - s and the s keys since");
    protocol.put("cosine", "of queries before rotary");
    protocol.put("windows", sums.windows());
    protocol.put("seed", p.seed());
    return protocol;
  }
}
