package circuitscope.tests.golden;

import circuitscope.probes.model.CachePolicy;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.StreamingDecoder;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process that {@link NativeMemoryTest} starts; prints {@code grown BYTES}. */
final class NativeMemoryRuns {
  /** The compiler goes on producing code, outside the Java heap, for that many runs. */
  private static final int WARM_UP = 2000;

  private static final int RUNS = 1000;

  /** A leak shows in each; what the compiler and the allocator take, in one or another. */
  private static final int STRETCHES = 3;

  private NativeMemoryRuns() {}

  public static void main(String[] arguments) throws IOException {
    try (GoldenModel opened = GoldenModel.open("llama-linear")) {
      Model model = opened.model();
      TokenBatch tokens = Golden.of(Golden.folder("llama-linear")).tokens();
      StreamingDecoder decoder = model.stream(new CachePolicy(4, 27, true));
      Runnable work =
          switch (arguments[0]) {
            case "gradient steps" -> () -> gradientStep(model, tokens);
            case "evictions" -> () -> evictions(decoder);
            default -> () -> instrumentedRun(model, tokens);
          };
      repeat(WARM_UP, work);
      long least = Long.MAX_VALUE;
      for (int stretch = 0; stretch < STRETCHES; stretch++) {
        long before = residentBytes();
        repeat(RUNS, work);
        least = Math.min(least, residentBytes() - before);
      }
      decoder.close();
      System.out.println("grown " + least);
    }
  }

  /** Every site of the model recorded. */
  private static void instrumentedRun(Model model, TokenBatch tokens) {
    try (Trace trace = Recorder.of(model.spec(), Sites.of(model.spec())).record(model, tokens)) {
      if (trace.sites().isEmpty()) {
        throw new IllegalStateException("nothing was recorded");
      }
    }
  }

  /** A backward pass to the residual stream of every layer. */
  private static void gradientStep(Model model, TokenBatch tokens) {
    List<Site> sites = Sites.inEveryLayer(SiteKind.RESID_POST, model.spec());
    Gradients.at(model, tokens, sites, Taps.NONE, logits -> logits.square().mean()).close();
  }

  /** A token for a token: eight single ones and a chunk. */
  private static void evictions(StreamingDecoder decoder) {
    int[] ids = {1, 2, 3, 4, 5, 6, 7, 8};
    decoder.oneByOne(ids, ids);
    decoder.chunk(ids, ids);
  }

  private static void repeat(int times, Runnable work) {
    for (int i = 0; i < times; i++) {
      work.run();
    }
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no RssAnon line");
  }
}
