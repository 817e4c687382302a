package circuitscope.heads.streaming;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How each method gets on beyond the cache.
 *
 * @param firstEvictedQuery the first query, counted from 0, that does not see all before it
 * @param cells {keep sinks} × {re-index positions}, of the methods that were run
 * @param notes what a reader must know before believing the numbers
 */
public record StreamingResult(
    int sinks,
    int window,
    int tokens,
    int chunk,
    int firstEvictedQuery,
    List<Method> methods,
    List<Cell> cells,
    List<CacheTiming> timings,
    List<String> notes,
    TokensRead input,
    @JsonIgnore Map<String, Object> protocol,
    @JsonIgnore List<MethodCurve> curves)
    implements Result {

  /**
   * One method in numbers; null where no token was scored.
   *
   * @param scored tokens
   * @param scoredAfterFirstEviction of them, those whose query has more before it than the cache
   *     keeps, the same tokens for all methods as far as each goes
   * @param collapse the token at which it collapsed, as the protocol defines it
   * @param lossAboveSinks nats beyond those of {@code sinks} on the same tokens after the first
   *     eviction
   */
  public record Method(
      String method,
      long scored,
      @Nullable Double lossNats,
      @Nullable Double perplexity,
      @Nullable Double perplexityBefore,
      @Nullable Double perplexityAfter,
      long scoredAfterFirstEviction,
      @Nullable Integer collapse,
      @Nullable Estimate lossAboveSinks,
      double seconds,
      double tokensPerSecond,
      long cacheBytes) {}

  /** A cell of the 2 × 2; {@code method} is the run that it was taken from. */
  public record Cell(
      boolean keepsSinks, boolean reindexed, @Nullable Double perplexityAfter, String method) {}

  static StreamingResult of(
      DecoderSpec spec,
      StreamingAnalysis.Parameters parameters,
      int window,
      StreamText text,
      List<MethodCurve> curves,
      List<CacheTiming> timings) {
    MethodCurve sinks = find(curves, StreamMethod.SINKS);
    MethodCurve recompute = find(curves, StreamMethod.RECOMPUTE);
    MethodCurve sound = recompute == null ? sinks : recompute;
    List<Method> methods =
        curves.stream().map(curve -> method(curve, sinks, sound, parameters.seed())).toList();
    return new StreamingResult(
        parameters.sinks(),
        window,
        text.tokens(),
        Math.min(parameters.chunk(), window + 1),
        parameters.sinks() + window + 1,
        methods,
        cells(spec, curves),
        timings,
        StreamNotes.of(spec, parameters.sinks(), window, text.tokens()),
        text.read(),
        protocolOf(parameters),
        curves);
  }

  private static @Nullable MethodCurve find(List<MethodCurve> curves, StreamMethod method) {
    return curves.stream().filter(one -> one.method() == method).findFirst().orElse(null);
  }

  private static Method method(
      MethodCurve curve, @Nullable MethodCurve sinks, @Nullable MethodCurve sound, long seed) {
    MethodCurve.Mean overall = curve.overall();
    return new Method(
        curve.method().label(),
        overall.tokens(),
        finite(overall.lossNats()),
        finite(overall.perplexity()),
        finite(curve.before().perplexity()),
        finite(curve.beyond().perplexity()),
        curve.beyond().tokens(),
        sound == null || sound.method() == curve.method() ? null : curve.collapse(sound),
        sinks == null || sinks.method() == curve.method() ? null : curve.above(sinks, seed),
        curve.seconds(),
        curve.read() / curve.seconds(),
        curve.cacheBytes());
  }

  private static @Nullable Double finite(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static List<Cell> cells(DecoderSpec spec, List<MethodCurve> curves) {
    List<Cell> cells = new ArrayList<>();
    boolean one = StreamMethod.onlyDistancesCount(spec);
    for (MethodCurve curve : curves) {
      StreamMethod method = curve.method();
      if (method.evicts()) {
        Double after = finite(curve.beyond().perplexity());
        cells.add(new Cell(method.keepsSinks(), method.reindexed(), after, method.label()));
        boolean other =
            curves.stream().noneMatch(that -> that.method() == StreamMethod.WINDOW_ORIGINAL);
        if (method == StreamMethod.WINDOW && one && other) {
          cells.add(new Cell(false, false, after, method.label()));
        }
      }
    }
    return cells;
  }

  private static Map<String, Object> protocolOf(StreamingAnalysis.Parameters parameters) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "sinks-stream/1");
    protocol.put(
        "query sees",
        "the first --sinks tokens, the --window tokens before it, and itself; eviction of one token"
            + " a step, whatever the chunk");
    protocol.put(
        "positions",
        "original: the token's own; re-indexed: those inside the cache, so recent tokens keep their"
            + " distances and sinks come nearer");
    protocol.put("windows without sinks", "keep sinks + window recent tokens");
    protocol.put("recompute", "every %d tokens".formatted(parameters.recomputeEvery()));
    protocol.put(
        "collapse",
        "the first token at which the loss has been %s nat above that of recompute (of sinks, where"
                .formatted(MethodCurve.COLLAPSE_NATS)
            + " recompute was not run) on the mean of those of the last %d tokens that both scored,"
                .formatted(MethodCurve.COLLAPSE_TOKENS)
            + " or of the last %d such tokens, all after the first eviction"
                .formatted(MethodCurve.COLLAPSE_SCORED));
    protocol.put(
        "interval",
        "95 %% bootstrap over blocks of %d consecutive tokens, seed %d"
            .formatted(MethodCurve.BLOCK, parameters.seed()));
    return protocol;
  }

  @Override
  public String summary() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%,d tokens; the cache keeps %,d sinks and %,d recent tokens; the first eviction shows"
                + " at query %,d%n",
            tokens,
            sinks,
            window,
            firstEvictedQuery));
    out.append(
        String.format(
            Locale.ROOT,
            "%-16s %10s %10s %10s %10s %12s %22s %9s %9s%n",
            "method",
            "scored",
            "perplexity",
            "before",
            "after",
            "scored after",
            "nats above sinks",
            "collapse",
            "tokens/s"));
    for (Method one : methods) {
      Estimate above = one.lossAboveSinks;
      out.append(
          String.format(
              Locale.ROOT,
              "%-16s %,10d %10s %10s %10s %,12d %22s %9s %,9.0f%n",
              one.method,
              one.scored,
              number(one.perplexity),
              number(one.perplexityBefore),
              number(one.perplexityAfter),
              one.scoredAfterFirstEviction,
              above == null
                  ? "-"
                  : "%+.3f [%+.3f, %+.3f]".formatted(above.value(), above.low(), above.high()),
              one.collapse == null ? "none" : "%,d".formatted(one.collapse),
              one.tokensPerSecond));
    }
    for (CacheTiming one : timings) {
      out.append(
          String.format(
              Locale.ROOT,
              "cache %,6d (%s): %.3f ms a token, %.0f GB/s; recomputed %.2f ms, %.1f times as"
                  + " long%n",
              one.cache(),
              MemoryEstimate.gibibytes(one.cacheBytes()),
              one.streamMillis(),
              one.gigabytesPerSecond(),
              one.recomputeMillis(),
              one.recomputeRatio()));
    }
    notes.forEach(note -> out.append(String.format(Locale.ROOT, "Note: %s.%n", note)));
    return out.toString();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, value < 1e5 ? "%.3f" : "%.3g", value);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return StreamFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    return StreamFigures.tables(this);
  }

  /** {@code loss_nats.METHOD} {@code [token − 1]}; NaN where a token was not scored. */
  @Override
  public List<TensorSource> tensors() {
    return curves.stream()
        .map(
            curve ->
                TensorSource.of(
                    "loss_nats." + curve.method().label(),
                    new TensorShape(curve.losses().length),
                    curve.losses()))
        .toList();
  }
}
