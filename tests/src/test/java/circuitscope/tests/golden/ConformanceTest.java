package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forward pass equals Hugging Face's on every family and variant: logits, every hidden state
 * and every attention pattern, against references that {@code tests/golden/make_goldens.py}
 * computed with transformers in FP32 with eager attention.
 */
final class ConformanceTest {
  /**
   * Largest absolute difference. Both sides compute in FP32; a wrong epsilon or GELU variant costs
   * 3e-4 and more.
   */
  static final double TOLERANCE = 1e-4;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  @Test
  void everyFamilyHasAReference() {
    assertThat(checkpoints()).hasSizeGreaterThan(40);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logitsHiddenStatesAndPatternsEqualTheReference(Path directory) {
    Golden golden = Golden.read(directory);
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      List<Site> sites = new ArrayList<>();
      sites.add(Site.of(SiteKind.LOGITS));
      sites.addAll(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
      sites.addAll(Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
      if (model.spec().finalNorm()) {
        sites.add(Site.of(SiteKind.LN_FINAL_OUT));
      }
      try (Trace trace = Recorder.of(model.spec(), sites).record(model, golden.tokens())) {
        for (int layer = 0; layer < model.spec().layers(); layer++) {
          golden.check("hidden_states." + layer, trace, Site.of(SiteKind.RESID_PRE, layer));
          golden.check("attentions." + layer, trace, Site.of(SiteKind.PATTERN, layer));
        }
        if (model.spec().finalNorm() && !model.spec().projectsEmbedding()) {
          String last = "hidden_states." + model.spec().layers();
          golden.check(last, trace, Site.of(SiteKind.LN_FINAL_OUT));
        }
        golden.check("logits", trace, Site.of(SiteKind.LOGITS));
      }
      assertThat(golden.worst())
          .as("%s at %s", directory.getFileName(), golden.worstAt())
          .isLessThanOrEqualTo(TOLERANCE);
    }
  }
}
