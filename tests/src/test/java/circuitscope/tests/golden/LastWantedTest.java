package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run ends at the last site that anyone wants; the weights that it uses tell how far it went. */
final class LastWantedTest {
  private static final TokenBatch TOKENS = TokenBatch.of(new int[][] {{5, 9, 200, 31, 7}});
  private final Set<String> used = new TreeSet<>();
  private Checkpoint checkpoint;
  private Model model;

  @BeforeEach
  void load() throws IOException {
    checkpoint = Checkpoint.open(EmbeddedModels.directory("gpt2-4l"));
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  /** Values of a site in a run in which nothing else is wanted. */
  private float[] record(Site site) {
    used.clear();
    Model watched =
        model.with(
            (weight, scope) -> {
              used.add(weight.name());
              return weight.array();
            });
    try (Trace trace = Recorder.of(model.spec(), List.of(site)).record(watched, TOKENS)) {
      return trace.values(site);
    }
  }

  private float[] inAWholeRun(Site site) {
    List<Site> sites = List.of(site, Site.of(SiteKind.LOGITS));
    try (Trace trace = Recorder.of(model.spec(), sites).record(model, TOKENS)) {
      return trace.values(site);
    }
  }

  @Test
  void aPatternNeedsNothingBehindIt() {
    Site site = Site.of(SiteKind.PATTERN, 1);
    assertThat(record(site)).containsExactly(inAWholeRun(site));
    assertThat(used).anyMatch(name -> name.startsWith("transformer.h.0.mlp"));
    assertThat(used).anyMatch(name -> name.startsWith("transformer.h.1.attn.c_attn"));
    assertThat(used)
        .noneMatch(
            name ->
                name.startsWith("transformer.h.1.mlp")
                    || name.startsWith("transformer.h.1.attn.c_proj")
                    || name.startsWith("transformer.h.2")
                    || name.startsWith("transformer.h.3")
                    || name.startsWith("transformer.ln_f"));
  }

  @Test
  void aStreamNeedsItsLayer() {
    Site site = Site.of(SiteKind.RESID_POST, 2);
    assertThat(record(site)).containsExactly(inAWholeRun(site));
    assertThat(used).anyMatch(name -> name.startsWith("transformer.h.2.mlp"));
    assertThat(used).noneMatch(name -> name.startsWith("transformer.h.3"));
  }

  @Test
  void theEmbeddingNeedsNoLayer() {
    record(Site.of(SiteKind.EMBED));
    assertThat(used).noneMatch(name -> name.startsWith("transformer.h."));
  }
}
