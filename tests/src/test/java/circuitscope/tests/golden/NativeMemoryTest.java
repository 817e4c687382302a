package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.model.Model;
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
import org.junit.jupiter.api.Test;

/** The garbage collector does not see native memory, so every array has an owner that closes it. */
final class NativeMemoryTest {
  /**
   * Growth of the process over 1,000 runs. One leaked logits array a run of this model would be 49
   * MB, one leaked weight gradient a step 50 MB; the allocator's own wandering is a few MB.
   */
  private static final long ALLOWED_GROWTH_BYTES = 24L << 20;

  @Test
  void aThousandInstrumentedRunsHoldNativeMemoryFlat() throws IOException {
    try (GoldenModel opened = GoldenModel.open("llama")) {
      Model model = opened.model();
      TokenBatch tokens = Golden.of(Golden.folder("llama")).tokens();
      Recorder everything = Recorder.of(model.spec(), Sites.of(model.spec()));
      assertFlat(
          () -> {
            try (Trace trace = everything.record(model, tokens)) {
              assertThat(trace.sites()).isNotEmpty();
            }
          });
    }
  }

  @Test
  void aThousandGradientStepsHoldNativeMemoryFlat() throws IOException {
    try (GoldenModel opened = GoldenModel.open("gpt2")) {
      Model model = opened.model();
      TokenBatch tokens = Golden.of(Golden.folder("gpt2")).tokens();
      List<Site> sites = Sites.inEveryLayer(SiteKind.RESID_POST, model.spec());
      assertFlat(
          () ->
              Gradients.at(model, tokens, sites, Taps.NONE, logits -> logits.square().mean())
                  .close());
    }
  }

  private static void assertFlat(Runnable run) throws IOException {
    for (int i = 0; i < 200; i++) {
      run.run();
    }
    long before = residentBytes();
    for (int i = 0; i < 1000; i++) {
      run.run();
    }
    assertThat(residentBytes() - before).isLessThan(ALLOWED_GROWTH_BYTES);
  }

  /** Anonymous memory of this process outside the Java heap's reach: what libtorch allocates. */
  private static long residentBytes() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        long resident = Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        long heap = Runtime.getRuntime().totalMemory();
        return resident - heap;
      }
    }
    throw new IOException("/proc/self/status has no RssAnon line");
  }
}
