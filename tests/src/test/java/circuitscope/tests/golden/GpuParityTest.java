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
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the CPU tests show, on a CUDA device: run by hand (README of {@code tests/benchmarks}),
 * since no build machine has one. TF32 is a property of the process, so a process started with
 * {@code TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1} checks TF32 and any other FP32 and FP16.
 *
 * <p>{@code -Dcircuitscope.trained=DIR} adds trained checkpoints of one's own, each with the {@code
 * reference.safetensors} that {@code tests/golden/gpt2-4l} has.
 */
@Tag("gpu")
final class GpuParityTest {
  private static final ComputeDevice CUDA = ComputeDevice.parse("cuda");
  private static final boolean TF32 = "1".equals(System.getenv(Precision.TF32_VARIABLE));

  /** FP32 against FP32; {@code gpt2-4l} has scores up to 180, where FP32 itself errs by 3e-4. */
  private static final double TOKEN_NATS = 1e-3;

  private static final double TOKEN_NATS_LARGE_SCORES = 2e-3;
  private static final double MEAN_NATS = 1e-4;

  /** Of TF32 and FP16, whose single tokens stray by up to 0.5 nats where scores are large. */
  private static final double MEAN_NATS_REDUCED = 2e-3;

  record Trained(String name, Path checkpoint, Path reference) {}

  static List<Path> checkpoints() {
    return TF32 ? List.of() : Golden.checkpoints();
  }

  static List<Trained> trained() throws IOException {
    List<Trained> all = new ArrayList<>();
    Path embedded = Path.of("../models-cache/embedded/gpt2-4l");
    all.add(new Trained("gpt2-4l", embedded, Path.of("golden/gpt2-4l/reference.safetensors")));
    String more = System.getProperty("circuitscope.trained");
    if (more != null) {
      try (Stream<Path> folders = Files.list(Path.of(more))) {
        folders
            .filter(folder -> Files.exists(folder.resolve("reference.safetensors")))
            .sorted()
            .forEach(
                folder ->
                    all.add(
                        new Trained(
                            folder.getFileName().toString(),
                            folder,
                            folder.resolve("reference.safetensors"))));
      }
    }
    return all;
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("checkpoints")
  void everyFamilyEqualsItsReference(Path directory) {
    Golden golden = Golden.of(directory);
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Model model = Model.load(checkpoint, CUDA, Precision.FP32, LoadProgress.NONE)) {
      List<Site> ends = new ArrayList<>(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
      ends.add(Site.of(SiteKind.LOGITS));
      List<Site> patterns = new ArrayList<>(ends);
      patterns.addAll(Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
      List<Site> inside = new ArrayList<>(patterns);
      inside.addAll(Sites.inEveryLayer(SiteKind.MLP_POST, model.spec()));
      for (List<Site> sites : List.of(ends, patterns, inside)) { // fused, around patterns, plain
        try (Trace trace = Recorder.of(model.spec(), sites).record(model, golden.tokens())) {
          for (int layer = 0; layer < model.spec().layers(); layer++) {
            golden.check("hidden_states." + layer, trace, Site.of(SiteKind.RESID_PRE, layer));
            if (trace.sites().contains(Site.of(SiteKind.PATTERN, layer))) {
              golden.check("attentions." + layer, trace, Site.of(SiteKind.PATTERN, layer));
            }
          }
          golden.check("logits", trace, Site.of(SiteKind.LOGITS));
        }
        assertThat(golden.worst())
            .as("%s at %s", directory.getFileName(), golden.worstAt())
            .isLessThanOrEqualTo(ConformanceTest.TOLERANCE);
      }
    }
  }

  static List<Precision> precisions() {
    return TF32 ? List.of(Precision.TF32) : List.of(Precision.FP32, Precision.FP16);
  }

  @ParameterizedTest
  @MethodSource("precisions")
  void trainedCheckpointsGiveTheReferenceLosses(Precision precision) throws IOException {
    for (Trained trained : trained()) {
      Golden reference = Golden.read(trained.reference());
      float[] expected = reference.get("token_loss_nats");
      try (Checkpoint checkpoint = Checkpoint.open(trained.checkpoint());
          Model model = Model.load(checkpoint, CUDA, precision, LoadProgress.NONE)) {
        float[][] losses = model.tokenLosses(reference.tokens(), Taps.NONE);
        double worst = 0;
        double sum = 0;
        double expectedSum = 0;
        int i = 0;
        for (float[] row : losses) {
          for (float loss : row) {
            worst = Math.max(worst, Math.abs(loss - expected[i]));
            sum += loss;
            expectedSum += expected[i++];
          }
        }
        double mean = Math.abs(sum - expectedSum) / i;
        System.out.printf(
            "%s %s: mean off by %.2e nats, worst token by %.2e%n",
            trained.name(), precision, mean, worst);
        assertThat(i).isEqualTo(expected.length);
        if (precision == Precision.FP32) {
          boolean largeScores = trained.name().equals("gpt2-4l");
          assertThat(worst)
              .as(trained.name())
              .isLessThanOrEqualTo(largeScores ? TOKEN_NATS_LARGE_SCORES : TOKEN_NATS);
          assertThat(mean).as(trained.name()).isLessThanOrEqualTo(MEAN_NATS);
        } else {
          assertThat(mean).as(trained.name()).isLessThanOrEqualTo(MEAN_NATS_REDUCED);
        }
      }
    }
  }
}
