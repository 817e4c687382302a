package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.Weight;
import circuitscope.subnetworks.judge.EvalAnalysis;
import circuitscope.subnetworks.judge.Judgement;
import circuitscope.subnetworks.judge.PathAnalysis;
import circuitscope.subnetworks.judge.PathResult;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.train.TrainResult;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to choose weights, and what is told of them while they are chosen. */
final class TrainMethodsTest {
  private static final long WEIGHTS = 24_576;
  private static final String MASK = "lambda-0.5.safetensors";
  private static final String CURVE = "lambda-0.5.curve.jsonl";

  @TempDir Path folder;
  private TinyModel tiny;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyModel(Precision.FP32);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  @Test
  void magnitudeKeepsTheLargestOfEachMatrix() throws IOException {
    Mask mask = untrained(Map.of("method", "magnitude", "keep", 0.1), "magnitude-0.1");
    assertThat(mask.provenance().get(MaskProvenance.METHOD)).isEqualTo("magnitude");
    for (Weight weight : tiny.model().weights().maskable()) {
      MaskMatrix matrix = mask.matrices().get(weight.name());
      assertThat(matrix.active()).isEqualTo(Math.round(0.1f * matrix.total()));
      Extremes extremes = extremes(weight, matrix);
      assertThat(extremes.leastKept).isGreaterThanOrEqualTo(extremes.largestDropped);
    }
  }

  @Test
  void magnitudeOverTheWholeModelHasOneThreshold() throws IOException {
    Map<String, Object> asked = Map.of("method", "magnitude", "keep", 0.05, "per", "model");
    Mask mask = untrained(asked, "magnitude-0.05");
    assertThat(mask.active()).isEqualTo(mask(tiny, 0.05));
    float kept = Float.POSITIVE_INFINITY;
    float dropped = 0;
    for (Weight weight : tiny.model().weights().maskable()) {
      Extremes extremes = extremes(weight, mask.matrices().get(weight.name()));
      kept = Math.min(kept, extremes.leastKept);
      dropped = Math.max(dropped, extremes.largestDropped);
    }
    assertThat(kept).isGreaterThanOrEqualTo(dropped);
  }

  @Test
  void allWeightsAndNoneAreBudgetsToo() throws IOException {
    Map<String, Object> asked = Map.of("method", "magnitude", "keep", List.of(0, 1));
    assertThat(untrained(asked, "magnitude-0").active()).isZero();
    assertThat(MaskFile.read(folder.resolve("magnitude-1.safetensors")).active())
        .isEqualTo(WEIGHTS);
    TrainResult again = tiny.train(folder.resolve("b"), asked, Progress.silent());
    assertThat(again.masks().getFirst().notes()).singleElement().asString().contains("empty");
  }

  @Test
  void aRandomMaskMatchesAnotherMatrixByMatrix() throws IOException {
    Mask like =
        untrained(Map.of("method", "magnitude", "keep", 0.05, "per", "model"), "magnitude-0.05");
    String file = folder.resolve("magnitude-0.05.safetensors").toString();
    Map<String, Object> asked = Map.of("method", "random", "like", file, "seed", List.of(1, 2));
    Mask one = untrained(asked, "random-like-magnitude-0.05.seed-1");
    Mask two = MaskFile.read(folder.resolve("random-like-magnitude-0.05.seed-2.safetensors"));
    assertThat(one.byMatrix()).isEqualTo(like.byMatrix());
    assertThat(two.byMatrix()).isEqualTo(like.byMatrix());
    assertThat(one.digest()).isNotEqualTo(two.digest());

    tiny.train(folder.resolve("again"), asked, Progress.silent());
    Path again = folder.resolve("again").resolve("random-like-magnitude-0.05.seed-1.safetensors");
    assertThat(MaskFile.read(again).digest()).isEqualTo(one.digest());
  }

  @Test
  void aRandomMaskOverTheWholeModelKeepsAsManyAsAsked() throws IOException {
    Map<String, Object> asked = Map.of("method", "random", "keep", 0.25, "per", "model");
    Mask mask = untrained(asked, "random-0.25");
    assertThat(mask.active()).isEqualTo(WEIGHTS / 4);
    for (MaskMatrix matrix : mask.matrices().values()) { // binomial: 5 deviations are never seen
      double deviation = Math.sqrt(matrix.total() * 0.25 * 0.75);
      assertThat((double) matrix.active()).isCloseTo(matrix.total() / 4.0, within(5 * deviation));
    }
  }

  @Test
  void masksOfEveryMethodAreJudgedSideBySide() throws IOException {
    tiny.train(folder, Map.of("method", "magnitude", "keep", 0.3), Progress.silent());
    tiny.train(folder, Map.of("method", "random", "keep", 0.3), Progress.silent());
    tiny.train(
        folder,
        Map.of("method", "hard-concrete", "learning-rate", 0.05, "lambda", 2),
        Progress.silent());
    PathResult path =
        new PathAnalysis()
            .run(
                tiny.subject(),
                new PathAnalysis.Parameters(List.of(folder), TinyModel.BIGRAMS, 16, 4, 100, 0),
                Progress.silent());
    assertThat(path.masks())
        .extracting(Judgement::mask)
        .containsExactlyInAnyOrder("lambda-2", "magnitude-0.3", "random-0.3");
    assertThat(path.figures()).isNotEmpty();
  }

  @Test
  void resumedGatesGiveTheSameFile() {
    Map<String, Object> asked = Map.of("method", "hard-concrete", "learning-rate", 0.05);
    Path whole = folder.resolve("whole");
    Path resumed = folder.resolve("resumed");
    tiny.train(whole, asked, Progress.silent());
    assertThatThrownBy(() -> tiny.train(resumed, asked, cancelledAfter(40)))
        .isInstanceOf(CancelledException.class);
    tiny.train(resumed, with(asked, "resume", true), Progress.silent());
    assertThat(resumed.resolve(MASK)).hasSameBinaryContentAs(whole.resolve(MASK));
  }

  @Test
  void aWarmStartBeginsFromTheMaskBeforeAlsoWhenThatIsReadFromDisk() throws IOException {
    Map<String, Object> asked = Map.of("lambda", List.of(0.5, 4), "warm-start", 0.01);
    Path whole = folder.resolve("whole");
    Path resumed = Files.createDirectories(folder.resolve("resumed"));
    tiny.train(whole, asked, Progress.silent());
    Files.copy(whole.resolve(MASK), resumed.resolve(MASK));
    tiny.train(resumed, with(asked, "resume", true), Progress.silent());
    String second = "lambda-4.safetensors";
    assertThat(resumed.resolve(second)).hasSameBinaryContentAs(whole.resolve(second));

    tiny.train(folder.resolve("cold"), Map.of("lambda", 4), Progress.silent());
    assertThat(MaskFile.read(folder.resolve("cold").resolve(second)).digest())
        .isNotEqualTo(MaskFile.read(whole.resolve(second)).digest());
  }

  @Test
  void eachSeedGivesAMaskOfItsOwn() throws IOException {
    TrainResult result = tiny.train(folder, Map.of("seed", List.of(0, 1)), Progress.silent());
    assertThat(result.masks()).extracting(TrainResult.Trained::seed).containsExactly(0L, 1L);
    Mask first = MaskFile.read(folder.resolve("lambda-0.5.seed-0.safetensors"));
    Mask second = MaskFile.read(folder.resolve("lambda-0.5.seed-1.safetensors"));
    assertThat(first.digest()).isNotEqualTo(second.digest());
  }

  @Test
  void theLastValidationIsWhatEvalSaysOfTheMask() {
    TrainResult result = tiny.train(folder, validating(), Progress.silent());
    Judgement judged =
        new EvalAnalysis()
            .run(
                tiny.subject(),
                new EvalAnalysis.Parameters(
                    folder.resolve(MASK).toString(), TinyModel.BIGRAMS, 16, 4, 100, 0),
                Progress.silent())
            .judgement();
    TrainResult.Trained trained = result.masks().getFirst();
    assertThat(trained.validation()).hasSizeGreaterThan(2);
    TrainResult.Validated last = trained.validation().getLast();
    assertThat(last.active()).isEqualTo(judged.active());
    assertThat(last.pearsonClamp()).isCloseTo(judged.pearsonClamp(), within(1e-6)); // FP32
    assertThat(last.pearsonDrop()).isCloseTo(judged.pearsonDrop(), within(1e-6));
    assertThat(result.figures()).extracting(f -> f.heading().id()).contains("training-r");
  }

  @Test
  void validationChangesNoMaskAndAResumedCurveIsTheSame() throws IOException {
    Path plain = folder.resolve("plain");
    Path whole = folder.resolve("whole");
    Path resumed = folder.resolve("resumed");
    tiny.train(plain, Map.of("beta-growth", 1.01), Progress.silent());
    TrainResult once = tiny.train(whole, validating(), Progress.silent());
    assertThatThrownBy(() -> tiny.train(resumed, validating(), cancelledAfter(40)))
        .isInstanceOf(CancelledException.class);
    Files.writeString( // what a kill between two saved states leaves behind
        resumed.resolve(CURVE),
        "{\"attempt\":1,\"steps\":60,\"loss_nats\":9}\n{\"attempt\":1,\"st",
        StandardOpenOption.APPEND);
    TrainResult twice = tiny.train(resumed, with(validating(), "resume", true), Progress.silent());

    assertThat(whole.resolve(MASK)).hasSameBinaryContentAs(plain.resolve(MASK));
    assertThat(resumed.resolve(MASK)).hasSameBinaryContentAs(whole.resolve(MASK));
    assertThat(twice.masks().getFirst().curve()).isEqualTo(once.masks().getFirst().curve());
    assertThat(resumed.resolve(CURVE)).hasSameTextualContentAs(whole.resolve(CURVE));
    List<String> lines = Files.readAllLines(whole.resolve(CURVE));
    assertThat(lines).hasSize(once.masks().getFirst().curve().size());
    assertThat(new JsonMapper().readTree(lines.getLast()).path("pearson_clamp").isDouble())
        .isTrue();
  }

  @Test
  void aSparsityTermBelowAdamsEpsilonIsToldOf() {
    List<String> told = new java.util.ArrayList<>();
    Progress progress = Progress.to(snapshot -> told.add(snapshot.note()));
    TrainResult result =
        tiny.train(folder, Map.of("lambda", 4e-4, "max-steps", 20), progress); // slope 4.1e-9
    TrainResult.Trained mask = result.masks().getFirst();
    assertThat(mask.sparsityStrength()).isCloseTo(0.289, within(0.001)); // 4.07 / 14.07
    assertThat(mask.notes()).singleElement().asString().contains("29 % of its strength");
    assertThat(told).anyMatch(note -> note.contains("lambda at 29 % under Adam's epsilon"));
  }

  @Test
  void aMaskWithoutWeightsIsToldOf() {
    TrainResult result = tiny.train(folder, Map.of("lambda", 1e7), Progress.silent());
    TrainResult.Trained mask = result.masks().getFirst();
    assertThat(mask.active()).isZero();
    assertThat(mask.notes()).singleElement().asString().contains("empty", "lower lambda");
  }

  private record Extremes(float leastKept, float largestDropped) {}

  private static Extremes extremes(Weight weight, MaskMatrix matrix) {
    float leastKept = Float.POSITIVE_INFINITY;
    float largestDropped = 0;
    try (NDArray copy = weight.array().duplicate()) {
      float[] values = copy.toFloatArray();
      for (int i = 0; i < values.length; i++) {
        if (matrix.kept().get(i)) {
          leastKept = Math.min(leastKept, Math.abs(values[i]));
        } else {
          largestDropped = Math.max(largestDropped, Math.abs(values[i]));
        }
      }
    }
    return new Extremes(leastKept, largestDropped);
  }

  /** The budget of a share, as it is rounded matrix by matrix. */
  private static long mask(TinyModel tiny, double share) {
    return tiny.model().weights().maskable().stream()
        .mapToLong(weight -> Math.round(share * weight.array().size()))
        .sum();
  }

  private Mask untrained(Map<String, ?> asked, String name) throws IOException {
    tiny.train(folder, asked, Progress.silent());
    return MaskFile.read(folder.resolve(name + ".safetensors"));
  }

  private static Map<String, Object> validating() {
    return Map.of("validate-every", 20, "validation", TinyModel.TOKENS, "beta-growth", 1.01);
  }

  private static Map<String, Object> with(Map<String, Object> asked, String key, Object value) {
    Map<String, Object> more = new java.util.HashMap<>(asked);
    more.put(key, value);
    return more;
  }

  /** Cancels itself once that many steps are done. */
  static Progress cancelledAfter(int steps) {
    Progress[] self = new Progress[1];
    self[0] =
        Progress.to(
            snapshot -> {
              if (snapshot.unit().equals("steps") && snapshot.done() >= steps) {
                self[0].cancel();
              }
            });
    return self[0];
  }
}
