package circuitscope.heads.streaming;

import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The curves of a streaming result, averaged in bins, and its tables. */
final class StreamFigures {
  private static final int BINS = 60;

  /** From so many times the cache on, the first window would be a sliver of a linear axis. */
  private static final int LONG = 100;

  /** The least that a point averages over. */
  private static final int LEAST = 32;

  private StreamFigures() {}

  static List<Figure> of(StreamingResult result) {
    List<Figure> figures = new ArrayList<>();
    figures.add(losses(result));
    if (result.timings().size() > 1) {
      figures.add(latency(result.timings()));
    }
    return figures;
  }

  private static Figure losses(StreamingResult result) {
    int end = result.tokens() - 1;
    boolean logarithmic = end > LONG * (long) result.firstEvictedQuery();
    int[] edges = edges(end, logarithmic);
    List<Curves.Series> series = new ArrayList<>();
    for (MethodCurve curve : result.curves()) {
      series.add(series(curve, edges));
    }
    List<Guide> guides =
        end > result.firstEvictedQuery()
            ? List.of(Guide.atX(result.firstEvictedQuery() + 1, "first eviction"))
            : List.of();
    return new Curves(
        new Heading(
            "streaming-loss",
            "Loss along the stream",
            "Mean loss in bins of tokens, by what the cache keeps (%,d sinks, %,d recent tokens);"
                    .formatted(result.sinks(), result.window())
                + " %,d tokens were scored after the first eviction."
                    .formatted(Math.max(0, end - result.firstEvictedQuery()))),
        logarithmic ? PlotAxis.log("token", 1) : PlotAxis.linear("token"),
        PlotAxis.linear("loss (nats)"),
        series,
        guides);
  }

  /** Bounds of bins of about equal width on the axis, not too narrow. */
  private static int[] edges(int end, boolean logarithmic) {
    List<Integer> edges = new ArrayList<>(List.of(0));
    for (int bin = 1; bin <= BINS; bin++) {
      double share = (double) bin / BINS;
      int edge = (int) Math.round(logarithmic ? Math.pow(end, share) : end * share);
      if (edge >= edges.getLast() + LEAST || (bin == BINS && edge > edges.getLast())) {
        edges.add(edge);
      }
    }
    return edges.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Curves.Series series(MethodCurve curve, int[] edges) {
    List<double[]> points = new ArrayList<>();
    int from = 0; // bins are joined until enough tokens were scored
    for (int bin = 0; bin + 1 < edges.length; bin++) {
      MethodCurve.Mean mean = curve.mean(edges[from], edges[bin + 1]);
      if (mean.tokens() >= Math.min(LEAST, edges[edges.length - 1])) {
        points.add(new double[] {(edges[from] + edges[bin + 1] + 1) / 2.0, mean.lossNats()});
        from = bin + 1;
      }
    }
    return new Curves.Series(curve.method().label(), column(points, 0), column(points, 1));
  }

  private static double[] column(List<double[]> points, int column) {
    return points.stream().mapToDouble(point -> point[column]).toArray();
  }

  private static Figure latency(List<CacheTiming> timings) {
    return new Curves(
        new Heading(
            "streaming-latency",
            "Time of a token by cache size",
            "One token at a time through a full cache of sinks and recent tokens, beside running"
                + " the window from its start."),
        PlotAxis.log("tokens in the cache", 1),
        PlotAxis.log("time of a token (ms)", 1e-3),
        List.of(
            latency("sinks", timings, CacheTiming::streamMillis),
            latency("recompute", timings, CacheTiming::recomputeMillis)));
  }

  private static Curves.Series latency(
      String name, List<CacheTiming> timings, ToDoubleFunction<CacheTiming> millis) {
    List<CacheTiming> sorted =
        timings.stream().sorted(java.util.Comparator.comparingInt(CacheTiming::cache)).toList();
    return new Curves.Series(
        name,
        sorted.stream().mapToDouble(CacheTiming::cache).toArray(),
        sorted.stream().mapToDouble(millis).toArray());
  }

  static List<DataTable> tables(StreamingResult result) {
    List<List<Object>> methods = new ArrayList<>();
    for (MethodCurve curve : result.curves()) {
      MethodCurve.Mean before = curve.before();
      MethodCurve.Mean beyond = curve.beyond();
      methods.add(
          List.of(
              curve.method().label(),
              before.tokens(),
              before.perplexity(),
              beyond.tokens(),
              beyond.perplexity(),
              curve.seconds()));
    }
    List<List<Object>> timings = new ArrayList<>();
    for (CacheTiming one : result.timings()) {
      timings.add(
          List.of(
              one.cache(),
              one.cacheBytes(),
              one.streamMillis(),
              one.gigabytesPerSecond(),
              one.recomputeMillis()));
    }
    List<String> columns =
        List.of(
            "method",
            "scored_before",
            "perplexity_before",
            "scored_after_first_eviction",
            "perplexity_after",
            "seconds");
    List<String> timed =
        List.of(
            "cache",
            "cache_bytes",
            "ms_per_token",
            "gigabytes_per_second",
            "recompute_ms_per_token");
    return List.of(
        new DataTable("streaming", columns, methods),
        new DataTable("streaming-latency", timed, timings));
  }
}
