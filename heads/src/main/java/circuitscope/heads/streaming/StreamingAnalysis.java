package circuitscope.heads.streaming;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reading on beyond the cache (Xiao et al. 2023, "Efficient Streaming Language Models with
 * Attention Sinks").
 *
 * <p>The text is one stream. A query sees what its method keeps, and itself; nothing is evicted
 * before more tokens have been read than the cache keeps. Keeping the first tokens and re-indexing
 * positions inside the cache are two switches, shown apart. A method need not collapse, nor sinks
 * help: that depends on the model.
 */
public final class StreamingAnalysis
    implements Analysis<StreamingAnalysis.Parameters, StreamingResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "First tokens that are always kept", byDefault = "4", min = 0, unit = "tokens")
          int sinks,
      @Param(
              help =
                  "Recent tokens kept; without it what fills half of the model's context with the"
                      + " sinks",
              optional = true,
              min = 1,
              unit = "tokens")
          @Nullable Integer window,
      @Param(help = "Ways to stream; without it all that the model allows", optional = true)
          List<StreamMethod> methods,
      @Param(help = "Stop after so many tokens", optional = true, min = 2, unit = "tokens")
          @Nullable Integer tokens,
      @Param(
              help =
                  "Tokens read at once, 1 for one by one; each sees the same either way. Larger"
                      + " ones are cut to what the cache takes in",
              byDefault = "128",
              min = 1,
              unit = "tokens")
          int chunk,
      @Param(
              help = "Tokens after which dense reading ends: its cost grows with their square",
              byDefault = "4096",
              min = 2,
              unit = "tokens")
          int denseTokens,
      @Param(
              help = "Recompute the window of every so-manieth token",
              byDefault = "16",
              min = 1,
              unit = "tokens")
          int recomputeEvery,
      @Param(
              help = "Sizes at which a full cache is timed, sinks included",
              optional = true,
              min = 1,
              unit = "tokens")
          List<Integer> cache,
      @Param(help = "Single tokens timed together", byDefault = "64", min = 1, unit = "tokens")
          int timedTokens,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  private final Consumer<StreamingResult> soFar;

  public StreamingAnalysis() {
    this(result -> {});
  }

  /**
   * One that tells how the stream stands while it is read.
   *
   * @param soFar called on the working thread, about twice a second, and when a method is done
   */
  public StreamingAnalysis(Consumer<StreamingResult> soFar) {
    this.soFar = soFar;
  }

  @Override
  public String id() {
    return "sinks.stream";
  }

  @Override
  public String title() {
    return "Streaming with attention sinks";
  }

  @Override
  public String description() {
    return "Loss and cost of reading beyond the cache: dense, windows, sinks + window, positions"
        + " re-indexed or not (Xiao et al. 2023).";
  }

  @Override
  public String example() {
    return "--model llama-8l --file book.txt --sinks 4 --window 1020 --tokens 100000";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public StreamingResult run(Subject subject, Parameters parameters, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    int window = window(spec, parameters);
    List<StreamMethod> methods = StreamMethod.chosen(parameters.methods(), spec);
    checkTimedCaches(spec, parameters);
    int limit = parameters.tokens() == null ? Integer.MAX_VALUE : parameters.tokens();
    StreamText text = StreamText.of(subject, limit);
    MethodRun run = new MethodRun(subject.model(), text, parameters, window);
    double share = 1.0 / (methods.size() + parameters.cache().size());
    List<MethodCurve> curves = new ArrayList<>();
    SoFar live =
        new SoFar(
            soFar, some -> StreamingResult.of(spec, parameters, window, text, some, List.of()));
    for (StreamMethod method : methods) {
      Progress step = progress.step(method.label(), share);
      curves.add(run.run(method, step, underWay -> live.tell(curves, underWay)));
      live.tell(curves);
    }
    CacheTimer timer =
        new CacheTimer(subject.model(), text.ids(), parameters.sinks(), parameters.timedTokens());
    List<CacheTiming> timings = new ArrayList<>();
    for (int size : parameters.cache()) {
      timings.add(timer.time(size, progress.step("timing a cache of " + size, share)));
    }
    return StreamingResult.of(spec, parameters, window, text, curves, timings);
  }

  /**
   * @throws IllegalArgumentException when the cache is larger than the model's context
   */
  private static int window(DecoderSpec spec, Parameters parameters) {
    int sinks = parameters.sinks();
    int context = spec.contextLength();
    int window =
        parameters.window() == null ? Math.max(1, context / 2 - sinks) : parameters.window();
    long longest = spec.learnedPositions() ? context - 1L : context;
    if ((long) sinks + window > longest) {
      throw new IllegalArgumentException(
          "a cache of %,d sinks and %,d recent tokens is larger than the %,d positions that this %s"
                  .formatted(sinks, window, context, spec.family())
              + " model was made for%s; lower --window to at most %,d"
                  .formatted(
                      spec.learnedPositions() ? " (the token that is read needs one)" : "",
                      Math.max(0, longest - sinks)));
    }
    return window;
  }

  private static void checkTimedCaches(DecoderSpec spec, Parameters parameters) {
    if (!parameters.cache().isEmpty() && spec.learnedPositions()) {
      throw new IllegalArgumentException(
          "--cache times a stream that goes on for ever, and this %s model has learned only %,d"
                  .formatted(spec.family(), spec.contextLength())
              + " positions; leave it out");
    }
    for (int size : parameters.cache()) {
      if (size <= parameters.sinks()) {
        throw new IllegalArgumentException(
            "--cache %d has no room beside %d sinks; name sizes above %d"
                .formatted(size, parameters.sinks(), parameters.sinks()));
      }
    }
  }
}
