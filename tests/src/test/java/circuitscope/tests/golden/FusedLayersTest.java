package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.WeightTransform;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fused TorchScript layers compute what the plain array operations compute. A tap at a site
 * inside a layer sends that layer the plain way, so tapping one in every layer gives the plain run.
 */
final class FusedLayersTest {
  /** Both sides FP32, sums in another order: the conformance test's bound. */
  private static final double TOLERANCE = ConformanceTest.TOLERANCE;

  /** Relative to the largest entry of the gradient, FP32 forward and backward. */
  private static final double GRADIENT_TOLERANCE = 1e-4;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void everyFamilyGivesThePlainResultFusedAndAroundItsPatterns(Path directory) {
    TokenBatch tokens = Golden.of(directory).tokens();
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Model model = load(checkpoint)) {
      List<Site> ends = new ArrayList<>(Sites.inEveryLayer(SiteKind.RESID_POST, model.spec()));
      ends.add(Site.of(SiteKind.LOGITS));
      List<Site> patterns = new ArrayList<>(ends);
      patterns.addAll(Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
      List<Site> inside = new ArrayList<>(patterns);
      inside.addAll(insideEveryLayer(model));
      try (Trace plain = Recorder.of(model.spec(), inside).record(model, tokens);
          Trace fused = Recorder.of(model.spec(), ends).record(model, tokens);
          Trace around = Recorder.of(model.spec(), patterns).record(model, tokens)) {
        ends.forEach(site -> assertClose(site, plain, fused));
        patterns.forEach(site -> assertClose(site, plain, around));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void gradientsThroughFusedLayersAreThePlainOnes(Path directory) {
    TokenBatch tokens = Golden.of(directory).tokens();
    Gradients.Objective objective =
        logits -> logits.toType(DataType.FLOAT32, false).logSoftmax(-1).get(":, :, 3").mean();
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Model model = load(checkpoint)) {
      Site stream = Site.of(SiteKind.RESID_PRE, 0);
      List<Site> inside = new ArrayList<>(insideEveryLayer(model));
      inside.add(stream);
      try (var fused = Gradients.at(model, tokens, List.of(stream), Taps.NONE, objective);
          var plain = Gradients.at(model, tokens, inside, Taps.NONE, objective)) {
        float[] expected = plain.trace().values(stream);
        assertThat(largestDifference(fused.trace().values(stream), expected))
            .isLessThanOrEqualTo(GRADIENT_TOLERANCE * largest(expected));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "llama-3-tied", "falcon-40b"})
  void gradientsReachWeightMasksThroughFusedLayers(String name) {
    Path directory = Golden.folder(name);
    TokenBatch tokens = Golden.of(directory).tokens();
    try (Checkpoint checkpoint = Checkpoint.open(directory);
        Model model = load(checkpoint)) {
      Map<String, float[]> fused = maskGradients(model, tokens, Taps.NONE);
      Map<String, float[]> plain = maskGradients(model, tokens, wanting(insideEveryLayer(model)));
      assertThat(fused).hasSameSizeAs(plain).isNotEmpty();
      plain.forEach(
          (weight, expected) ->
              assertThat(largestDifference(fused.get(weight), expected))
                  .as(weight)
                  .isLessThanOrEqualTo(GRADIENT_TOLERANCE * largest(expected)));
    }
  }

  private static Map<String, float[]> maskGradients(Model model, TokenBatch tokens, Taps taps) {
    Map<String, float[]> gradients = new TreeMap<>();
    try (NDManager scope = model.newManager()) {
      Map<String, NDArray> masks = new TreeMap<>();
      model
          .weights()
          .maskable()
          .forEach(
              weight -> {
                NDArray mask = scope.ones(weight.array().getShape());
                mask.setRequiresGradient(true);
                masks.put(weight.name(), mask);
              });
      WeightTransform soft =
          (weight, owner) -> {
            NDArray mask = masks.get(weight.name());
            return mask == null ? weight.array() : mask.mul(weight.array());
          };
      try (Model masked = model.with(soft)) {
        Gradients.backward(
            () -> masked.logits(tokens, taps, null, scope).logSoftmax(-1).get(":, :, 3").mean());
      }
      masks.forEach((weight, mask) -> gradients.put(weight, mask.getGradient().toFloatArray()));
    }
    return gradients;
  }

  private static Model load(Checkpoint checkpoint) {
    return Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
  }

  private static List<Site> insideEveryLayer(Model model) {
    return Sites.inEveryLayer(SiteKind.MLP_POST, model.spec());
  }

  private static Taps wanting(List<Site> sites) {
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return sites.contains(site);
      }

      @Override
      public NDArray at(Site site, NDArray value) {
        return value;
      }
    };
  }

  private static void assertClose(Site site, Trace expected, Trace actual) {
    assertThat(largestDifference(actual.values(site), expected.values(site)))
        .as("%s", site)
        .isLessThanOrEqualTo(TOLERANCE);
  }

  private static double largestDifference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      if (!(difference <= largest)) { // NaN too
        largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
      }
    }
    return largest;
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
