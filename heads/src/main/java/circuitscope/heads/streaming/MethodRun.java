package circuitscope.heads.streaming;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.CachePolicy;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.StreamingDecoder;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** One method over the whole stream. */
final class MethodRun {
  /** Tokens between two looks at the device when they are read one by one. */
  private static final int ONE_BY_ONE = 64;

  private final Model model;
  private final StreamText text;
  private final StreamingAnalysis.Parameters parameters;
  private final int capacity;
  private final int window;

  MethodRun(Model model, StreamText text, StreamingAnalysis.Parameters parameters, int window) {
    this.model = model;
    this.text = text;
    this.parameters = parameters;
    this.window = window;
    this.capacity = parameters.sinks() + window;
  }

  /**
   * {@code [token − 1]} nats of each token given those that the method shows; NaN: not scored.
   *
   * @param underWay told of the curve as it grows; its losses go on changing
   */
  MethodCurve run(StreamMethod method, Progress progress, Consumer<MethodCurve> underWay) {
    float[] losses = new float[text.tokens() - 1];
    Arrays.fill(losses, Float.NaN);
    long start = System.nanoTime();
    IntFunction<MethodCurve> after =
        read ->
            new MethodCurve(
                method,
                losses,
                capacity + 1,
                read,
                (System.nanoTime() - start) / 1e9,
                cacheBytes(method, read));
    int read =
        method == StreamMethod.RECOMPUTE
            ? recompute(losses, progress, reached -> underWay.accept(after.apply(reached)))
            : stream(method, losses, progress, reached -> underWay.accept(after.apply(reached)));
    return after.apply(read);
  }

  private long cacheBytes(StreamMethod method, int read) {
    return method == StreamMethod.RECOMPUTE
        ? 0
        : policy(method, read).bytes(model.spec(), model.precision());
  }

  private CachePolicy policy(StreamMethod method, int tokens) {
    return method.policy(parameters.sinks(), window, tokens);
  }

  private int stream(StreamMethod method, float[] losses, Progress progress, IntConsumer reached) {
    int end = Math.min(losses.length, reach(method));
    try (StreamingDecoder decoder = model.stream(policy(method, end))) {
      boolean oneByOne = parameters.chunk() == 1;
      int step = oneByOne ? ONE_BY_ONE : Math.min(parameters.chunk(), decoder.largestChunk());
      progress.begin(end, "tokens");
      for (int from = 0; from < end; from += step) {
        int to = Math.min(end, from + step);
        int[] ids = text.part(from, to);
        int[] next = text.part(from + 1, to + 1);
        float[] found = oneByOne ? decoder.oneByOne(ids, next) : decoder.chunk(ids, next);
        System.arraycopy(found, 0, losses, from, found.length);
        reached.accept(to);
        progress.advance(to - from);
      }
    }
    return end;
  }

  /** Tokens that a method can, or may, read. */
  private int reach(StreamMethod method) {
    DecoderSpec spec = model.spec();
    int table = spec.learnedPositions() ? spec.contextLength() : Integer.MAX_VALUE;
    return method == StreamMethod.DENSE ? Math.min(table, parameters.denseTokens()) : table;
  }

  /** Up to the first full window one run gives all; from there on each window is one of its own. */
  private int recompute(float[] losses, Progress progress, IntConsumer reached) {
    int length = capacity + 1;
    int shared = Math.min(length, text.tokens());
    float[] first = model.tokenLosses(TokenBatch.of(text.part(0, shared)), Taps.NONE)[0];
    System.arraycopy(first, 0, losses, 0, first.length);
    List<Integer> ends = new ArrayList<>();
    for (int last = capacity; last < losses.length; last += parameters.recomputeEvery()) {
      ends.add(last);
    }
    progress.begin(ends.size(), "windows");
    Recomputation recomputation = new Recomputation(model);
    int batch = Recomputation.batch(length);
    for (int from = 0; from < ends.size(); from += batch) {
      List<Integer> some = ends.subList(from, Math.min(ends.size(), from + batch));
      float[] found = recomputation.losses(text.ids(), some, length);
      for (int i = 0; i < found.length; i++) {
        losses[some.get(i)] = found[i];
      }
      reached.accept(some.getLast() + 1);
      progress.advance(some.size());
    }
    return text.tokens();
  }
}
