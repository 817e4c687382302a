package circuitscope.tests.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import circuitscope.probes.tuned.LensScores;
import circuitscope.probes.tuned.TuneAnalysis;
import circuitscope.probes.tuned.TuneResult;
import circuitscope.probes.tuned.TunedAnalysis;
import circuitscope.probes.tuned.TunedLens;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tuned lens against PyTorch ({@code golden/tuned_lens.py}), its identities and its files. */
final class TunedLensTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");

  /** FP64 on both sides; the reference gives 8 digits of values below 0.5. */
  private static final double TOLERANCE = 1e-8;

  @TempDir Path out;
  private Checkpoint checkpoint;
  private Model model;
  private final TokenInput text =
      TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  @Test
  void twentyStepsGiveTheTranslatorsOfPyTorch() throws IOException {
    equal("kl-sgd", Map.of());
    equal(
        "cross-entropy-adam",
        Map.of("objective", "cross-entropy", "optimiser", "adam", "rate-scale", 0.1));
    equal("bias-only-clipped", Map.of("bias-only", true, "clip", 0.05));
  }

  private void equal(String name, Map<String, ?> settings) throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Path.of("golden", "tuned-lens.json").toFile()).get(name);

    TuneResult result = tune(out.resolve(name), settings, Progress.silent());

    assertThat(result.firstNats())
        .containsExactly(doubles(expected.get("first_nats")), within(TOLERANCE));
    assertThat(result.lastNats())
        .containsExactly(doubles(expected.get("last_nats")), within(TOLERANCE));
    try (SafetensorsFile file = SafetensorsFile.open(Path.of(result.file()))) {
      for (int layer = 0; layer < 2; layer++) {
        StoredTensor bias = file.tensors().get("translators.%d.bias".formatted(layer));
        double[] shift = values(Objects.requireNonNull(bias));
        assertThat(shift)
            .containsExactly(doubles(expected.get("shift").get(layer)), within(TOLERANCE));
        StoredTensor matrix = file.tensors().get("translators.%d.weight".formatted(layer));
        assertThat(matrix == null).isEqualTo(expected.get("matrix") == null);
        if (matrix != null) {
          assertThat(timesCosines(values(matrix), shift.length))
              .containsExactly(doubles(expected.get("matrix").get(layer)), within(TOLERANCE));
        }
      }
    }
  }

  @Test
  void translatorsThatAreZeroGiveTheLogitLensToTheBit() {
    for (Precision precision : List.of(Precision.FP32, Precision.FP64)) {
      for (boolean biasOnly : List.of(true, false)) {
        try (Model one = Model.load(checkpoint, ComputeDevice.CPU, precision, LoadProgress.NONE);
            TunedLens lens = TunedLens.zero(one, biasOnly);
            NDManager scope = one.newManager();
            Trace trace = recorded(one)) {
          for (int layer = 0; layer < lens.layers(); layer++) {
            NDArray stream = trace.get(Site.of(SiteKind.RESID_PRE, layer));
            NDArray raw = one.readOut(stream, scope);
            NDArray read = one.readOut(lens.translate(layer, stream, scope), scope);
            assertThat(read.contentEquals(raw)).isTrue();
          }
        }
      }
    }
  }

  @Test
  void translatingLeavesTheStreamAsItIsAndTheLastLayerHasNoTranslator() {
    Path file = Path.of(tune(out, Map.of(), Progress.silent()).file());
    try (TunedLens lens = TunedLens.open(file, model, false);
        NDManager scope = model.newManager();
        Trace trace = recorded(model)) {
      NDArray stream = trace.get(Site.of(SiteKind.RESID_PRE, 1));
      double[] before = stream.toDoubleArray();

      NDArray read = lens.translate(1, stream, scope);

      assertThat(read.contentEquals(stream)).isFalse();
      assertThat(stream.toDoubleArray()).containsExactly(before);
      assertThatThrownBy(() -> lens.translate(2, stream, scope))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("layers 0 to 1");
    }
  }

  @Test
  void aCancelledTrainingGoesOnToTheSameBits() throws IOException {
    Progress[] watched = new Progress[1];
    watched[0] = Progress.to(now -> cancelAt(now, watched));
    Path parted = out.resolve("parted");
    assertThatThrownBy(() -> tune(parted, Map.of(), watched[0]))
        .isInstanceOf(CancelledException.class);
    assertThat(parted.resolve("tuned-lens.training.safetensors")).exists();
    assertThatThrownBy(() -> tune(parted, Map.of(), Progress.silent()))
        .hasMessageContaining("--resume");
    assertThatThrownBy(() -> tune(parted, Map.of("resume", true, "clip", 2), Progress.silent()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("clip '1.0'");

    TuneResult resumed = tune(parted, Map.of("resume", true), Progress.silent());

    TuneResult whole = tune(out.resolve("whole"), Map.of(), Progress.silent());
    assertThat(resumed.curve()).isEqualTo(whole.curve());
    assertThat(parted.resolve("tuned-lens.training.safetensors")).doesNotExist();
    assertThat(Path.of(resumed.file())).hasSameBinaryContentAs(Path.of(whole.file()));
  }

  private static void cancelAt(Progress.Snapshot now, Progress[] watched) {
    if (now.done() == 7 && now.unit().equals("steps")) {
      watched[0].cancel();
    }
  }

  @Test
  void aLensOfOtherWeightsIsRefusedUnlessAskedFor() throws IOException {
    Path file = Path.of(tune(out, Map.of(), Progress.silent()).file());
    Path folder = Files.createDirectory(out.resolve("other"));
    Files.copy(FOLDER.resolve("config.json"), folder.resolve("config.json"));
    byte[] bytes = Files.readAllBytes(FOLDER.resolve("model.safetensors"));
    bytes[bytes.length - 1] ^= 1;
    Files.write(folder.resolve("model.safetensors"), bytes);
    try (Checkpoint changed = Checkpoint.open(folder);
        Model other = Model.load(changed, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE)) {
      assertThatThrownBy(() -> TunedLens.open(file, other, false))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("trained for other weights");
      TunedLens.open(file, other, true).close();
    }
    Path tokens = FOLDER.resolve("tokens.safetensors");
    assertThatThrownBy(() -> TunedLens.open(tokens, model, false))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("is no tuned lens");
  }

  @Test
  void theJudgeFindsWhatTrainingFoundAndEachLensBelowTheOneBefore() {
    Path bias =
        Path.of(tune(out.resolve("b"), Map.of("bias-only", true), Progress.silent()).file());
    Path tuned = Path.of(tune(out.resolve("t"), Map.of("steps", 100), Progress.silent()).file());

    TunedAnalysis.Judged judged =
        new TunedAnalysis()
            .run(
                new Subject(model, null, text),
                new TunedAnalysis.Parameters(List.of(bias, tuned), false, 16, 3, 100, 0),
                Progress.silent());

    List<LensScores.OfLens> lenses = judged.scores().lenses();
    assertThat(lenses)
        .extracting(LensScores.OfLens::name)
        .containsExactly("logit lens", "bias-only lens", "tuned lens");
    assertThat(lenses.get(2).winsEverywhere()).isTrue();
    for (int layer = 0; layer < 2; layer++) {
      double[] kl = new double[3];
      for (int lens = 0; lens < 3; lens++) {
        kl[lens] = lenses.get(lens).layers().get(layer).klNats().value();
      }
      assertThat(kl[1]).isLessThan(kl[0]);
      assertThat(kl[2]).isLessThan(kl[1]).isPositive();
    }
  }

  private Trace recorded(Model of) {
    List<Site> sites = List.of(Site.of(SiteKind.RESID_PRE, 0), Site.of(SiteKind.RESID_PRE, 1));
    return Recorder.of(of.spec(), sites).record(of, TokenBatch.of(new int[] {1, 5, 2, 40, 7}));
  }

  /** Trains as the command does: 20 steps over all tokens unless {@code changed} says otherwise. */
  private TuneResult tune(Path folder, Map<String, ?> changed, Progress progress) {
    Map<String, Object> written =
        new HashMap<>(
            Map.of(
                "steps", 20, "tokens-per-step", 128, "length", 16, "batch", 3, "measure-every", 5));
    written.putAll(changed);
    return new TuneAnalysis()
        .run(
            new Subject(model, null, text, folder),
            ParameterSpec.of(TuneAnalysis.Parameters.class).read(written),
            progress);
  }

  private static double[] timesCosines(double[] matrix, int width) {
    return IntStream.range(0, width)
        .mapToDouble(
            row ->
                IntStream.range(0, width)
                    .mapToDouble(column -> matrix[row * width + column] * Math.cos(column))
                    .sum())
        .toArray();
  }

  private static double[] values(StoredTensor stored) {
    return stored.bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
  }

  private static double[] doubles(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
