package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.sinks.SinkProfile;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What theory says of one token repeated T times (Gu et al. 2024, appendix): without learned
 * positions nothing can tell the first position from the others, so there can be no sink.
 */
final class SinkTheoryTest {
  /** Three layers in FP32 whose sums of 64 products may be taken in another order by position. */
  private static final double TOLERANCE = 2e-5;

  private static final int T = 20;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bloom",
        "bloom-6-heads",
        "falcon-rw-6-heads",
        "llama",
        "llama-gqa-rope3-fp16",
        "gpt-neox",
        "mistral-window"
      })
  void withoutLearnedPositionsRepeatedTokensHaveEqualStates(String name) {
    try (GoldenModel golden = GoldenModel.open(name)) {
      assertThat(largestDifferenceByPosition(golden.model())).isLessThan(TOLERANCE);
    }
  }

  @Test
  void withLearnedPositionsTheyDiffer() {
    try (GoldenModel golden = GoldenModel.open("gpt2")) {
      assertThat(largestDifferenceByPosition(golden.model())).isGreaterThan(0.1);
    }
  }

  @Test
  void withoutAnyPositionAQueryAttendsToAllItSeesEqually() {
    try (GoldenModel golden = GoldenModel.open("gpt2");
        Model blind = withoutPositions(golden.model());
        Trace trace = record(blind, SiteKind.PATTERN)) {
      assertThat(largestDifferenceByPosition(blind)).isLessThan(TOLERANCE);
      for (Site site : trace.sites()) {
        float[] pattern = trace.values(site); // [head, query, key]
        for (int i = 0; i < pattern.length; i++) {
          int query = i / T % T;
          double expected = i % T <= query ? 1.0 / (query + 1) : 0;
          // Equal scores up to FP32 rounding of scores of size 1.
          assertThat((double) pattern[i]).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bloom", "bloom-6-heads", "falcon-rw-6-heads"})
  void linearBiasesFallStrictlyWithDistanceAndNothingElseMatters(String name) {
    try (GoldenModel golden = GoldenModel.open(name);
        Trace trace = record(golden.model(), SiteKind.PATTERN)) {
      for (Site site : trace.sites()) {
        float[] pattern = trace.values(site); // [head, query, key]
        for (int row = 0; row < pattern.length / T; row++) {
          int query = row % T;
          int last = (row - query + T - 1) * T; // the longest row of the same head
          double sum = 0;
          for (int key = 0; key <= query; key++) {
            sum += pattern[last + T - 1 - query + key];
          }
          for (int key = 0; key <= query; key++) {
            if (key > 0) {
              assertThat(pattern[row * T + key]).isGreaterThan(pattern[row * T + key - 1]);
            }
            // A = e^g(t−i) / Σ e^g: a row is the end of the longest row, scaled to one.
            double byDistance = pattern[last + T - 1 - query + key] / sum;
            assertThat((double) pattern[row * T + key]).isCloseTo(byDistance, within(TOLERANCE));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-gqa-rope3-fp16", "gpt-neox"})
  void rotaryAttentionStaysBelowItsBound(String name) {
    try (GoldenModel golden = GoldenModel.open(name)) {
      Model model = golden.model();
      int heads = model.spec().attention().heads();
      int width = model.spec().attention().dHead();
      for (int layer = 0; layer < model.spec().layers(); layer++) {
        Site q = Site.of(SiteKind.ROT_Q, layer);
        Site k = Site.of(SiteKind.ROT_K, layer);
        Site pattern = Site.of(SiteKind.PATTERN, layer);
        try (Trace trace =
            Recorder.of(model.spec(), List.of(q, k, pattern)).record(model, repeated())) {
          double norms = largestNorm(trace.values(q), width) * largestNorm(trace.values(k), width);
          double xi = norms * model.spec().attention().scales().get(layer);
          float[] values = trace.values(pattern);
          assertThat(values).hasSize(heads * T * T);
          for (int i = 0; i < values.length; i++) {
            int t = i / T % T + 1;
            double bound = Math.exp(2 * xi) / (Math.exp(2 * xi) + t - 1);
            assertThat((double) values[i]).isLessThanOrEqualTo(bound + 1e-6);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gemma2-hub", "qwen2-sliding", "opt", "falcon-40b"})
  void theFirstPositionDrawsAtLeastOneOverTAndUniformAttentionItsFloor(String name) {
    try (GoldenModel golden = GoldenModel.open(name)) {
      SinkProfile random = profile(golden.model(), SinkRateAnalysis.Tokens.RANDOM);
      random
          .heads()
          .forEach(head -> assertThat(head.alpha0().value()).isBetween(1.0 / T - 1e-7, 1.0 + 1e-7));
      double harmonic = 0;
      for (int t = 1; t <= T; t++) {
        harmonic += 1.0 / t;
      }
      assertThat(random.uniformByPosition()[0]).isCloseTo(harmonic / T, within(1e-12));
      assertThat(random.uniformByPosition()[T - 1]).isCloseTo(1.0 / T, within(1e-12));
      assertThat(random.positions().getFirst().ceiling()).isCloseTo(T / harmonic, within(1e-9));
    }
  }

  @Test
  void uniformAttentionIsOneTimesUniformEverywhereAndItsNullIsItself() {
    try (GoldenModel golden = GoldenModel.open("gpt2");
        Model blind = withoutPositions(golden.model())) {
      SinkProfile profile = profile(blind, SinkRateAnalysis.Tokens.REPEATED);
      profile
          .positions()
          .forEach(position -> assertThat(position.timesUniform()).isCloseTo(1, within(1e-5)));
      assertThat(profile.maximum().observed()).isCloseTo(1, within(1e-5));
      assertThat(profile.maximum().median()).isCloseTo(1, within(1e-5));
      SinkProfile.Rest uniform = profile.beyond().uniform();
      for (SinkProfile.Rest rest : profile.beyond().heads()) {
        assertThat(rest.byDistance()).containsExactly(uniform.byDistance(), within(1e-5));
        assertThat(rest.surviving()).isCloseTo(uniform.surviving(), within(1e-5));
      }
    }
  }

  @Test
  void softmaxPlusOneIsAnAddedTokenWithZeroKeyAndValue() {
    Site scoresAt = Site.of(SiteKind.ATTN_SCORES, 1);
    Site valuesAt = Site.of(SiteKind.V, 1);
    try (GoldenModel golden = GoldenModel.open("gpt2");
        Trace trace =
            Recorder.of(golden.model().spec(), List.of(scoresAt, valuesAt))
                .record(golden.model(), TokenBatch.of(tokens()));
        NDManager scope = golden.model().newManager()) {
      NDArray scores = trace.get(scoresAt).duplicate(); // [1, head, query, key]
      NDArray values = trace.get(valuesAt).transpose(0, 2, 1, 3); // [1, head, key, dHead]
      scores.attach(scope);
      values.attach(scope);
      NDArray exponents = scores.exp();
      NDArray plusOne = exponents.div(exponents.sum(new int[] {-1}, true).add(1)).matMul(values);

      long heads = scores.getShape().get(1);
      NDArray zeroScore = scope.zeros(new Shape(1, heads, T, 1)); // q · 0
      NDArray zeroValue = scope.zeros(new Shape(1, heads, 1, values.getShape().get(3)));
      NDArray extended =
          NDArrays.concat(new NDList(zeroScore, scores), 3)
              .softmax(-1)
              .matMul(NDArrays.concat(new NDList(zeroValue, values), 2));

      assertThat(plusOne.sub(extended).abs().max().getFloat()).isLessThan(1e-6f);
    }
  }

  private static SinkProfile profile(Model model, SinkRateAnalysis.Tokens tokens) {
    SinkRateAnalysis.Parameters parameters =
        new SinkRateAnalysis.Parameters(0.3, T, 6, 4, tokens, 8, List.of(0.3), List.of(), 20, 3);
    return new SinkRateAnalysis()
        .run(new Subject(model, null, null), parameters, Progress.silent())
        .profiles()
        .getFirst();
  }

  /** The model with its table of learned positions put to zero. */
  private static Model withoutPositions(Model model) {
    String table = Objects.requireNonNull(model.weights().find(Slot.POSITION_EMBED)).name();
    return model.with(
        (weight, scope) -> {
          if (!weight.name().equals(table)) {
            return weight.array();
          }
          NDArray zeros = weight.array().zerosLike();
          zeros.attach(scope);
          return zeros;
        });
  }

  private static double largestDifferenceByPosition(Model model) {
    double largest = 0;
    try (Trace trace = record(model, SiteKind.RESID_POST)) {
      for (Site site : trace.sites()) {
        float[] states = trace.values(site); // [position, dModel]
        int width = states.length / T;
        for (int i = width; i < states.length; i++) {
          largest = Math.max(largest, Math.abs(states[i] - states[i % width]));
        }
      }
    }
    return largest;
  }

  private static Trace record(Model model, SiteKind kind) {
    List<Site> sites = new ArrayList<>(Sites.inEveryLayer(kind, model.spec()));
    return Recorder.of(model.spec(), sites).record(model, repeated());
  }

  private static TokenBatch repeated() {
    int[] ids = new int[T];
    Arrays.fill(ids, 7);
    return TokenBatch.of(ids);
  }

  private static int[] tokens() {
    int[] ids = new int[T];
    Arrays.setAll(ids, i -> 11 * i % 97);
    return ids;
  }

  private static double largestNorm(float[] vectors, int width) {
    double largest = 0;
    for (int from = 0; from < vectors.length; from += width) {
      double square = 0;
      for (int i = from; i < from + width; i++) {
        square += (double) vectors[i] * vectors[i];
      }
      largest = Math.max(largest, Math.sqrt(square));
    }
    return largest;
  }
}
