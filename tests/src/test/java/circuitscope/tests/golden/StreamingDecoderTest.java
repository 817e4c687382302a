package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.model.CachePolicy;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.StreamingDecoder;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Streaming with a cache of constant size: {@code golden/streaming.py} does what the paper does,
 * token by token in transformers, with keys rotated anew at every step.
 */
final class StreamingDecoderTest {
  /** FP32 on both sides, sums in another order: the conformance test's bound. */
  private static final double TOLERANCE = ConformanceTest.TOLERANCE;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  static Stream<String> streamed() throws IOException {
    List<String> names = new ArrayList<>();
    reference().path("losses").fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  private static JsonNode reference() throws IOException {
    return new JsonMapper().readTree(Golden.folder("streaming.json").toFile());
  }

  @ParameterizedTest
  @MethodSource("streamed")
  void givesTheLossesOfThePublishedLoop(String name) throws IOException {
    JsonNode reference = reference();
    int[] ids = new JsonMapper().convertValue(reference.path("ids"), int[].class);
    int sinks = reference.path("sinks").asInt();
    int recent = reference.path("recent").asInt();
    try (GoldenModel opened = GoldenModel.open(name)) {
      JsonNode methods = reference.path("losses").path(name);
      assertThat(methods).hasSize(4);
      for (var method : methods.properties()) {
        boolean reindexed = !method.getKey().endsWith("-original");
        CachePolicy policy =
            method.getKey().startsWith("sinks")
                ? new CachePolicy(sinks, recent, reindexed)
                : new CachePolicy(0, sinks + recent, reindexed);
        float[] expected = new JsonMapper().convertValue(method.getValue(), float[].class);
        for (int chunk : new int[] {1, policy.recent() - 1}) {
          assertThat(stream(opened.model(), policy, ids, chunk))
              .as("%s of %s in chunks of %d", method.getKey(), name, chunk)
              .containsExactly(expected, within((float) TOLERANCE));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void withoutEvictionEveryFamilyGivesThePlainLosses(Path directory) {
    int[] ids = Golden.of(directory).tokens().ids()[0];
    try (GoldenModel opened = GoldenModel.open(directory)) {
      float[] expected = opened.model().tokenLosses(TokenBatch.of(ids), Taps.NONE)[0];
      int half = expected.length / 2;
      try (StreamingDecoder decoder = opened.model().stream(CachePolicy.dense(ids.length))) {
        int[] next = Arrays.copyOfRange(ids, 1, ids.length);
        float[] chunk = decoder.chunk(Arrays.copyOf(ids, half), Arrays.copyOf(next, half));
        float[] single =
            decoder.oneByOne(
                Arrays.copyOfRange(ids, half, expected.length),
                Arrays.copyOfRange(next, half, expected.length));
        assertThat(chunk).containsExactly(Arrays.copyOf(expected, half), within((float) TOLERANCE));
        assertThat(single)
            .containsExactly(
                Arrays.copyOfRange(expected, half, expected.length), within((float) TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void chunksSeeWhatSingleTokensSee(Path directory) {
    try (GoldenModel opened = GoldenModel.open(directory)) {
      Model model = opened.model();
      boolean learned = model.spec().learnedPositions();
      int[] ids = random(Math.min(learned ? model.spec().contextLength() : 60, 60), model);
      CachePolicy policy = new CachePolicy(3, 6, !learned);
      assertThat(stream(model, policy, ids, 5))
          .containsExactly(stream(model, policy, ids, 1), within((float) TOLERANCE));
    }
  }

  /** Eviction, 9,935 times, of one token a step or of a chunk's worth: the same to rounding. */
  @Test
  void chunksEqualSingleTokensOverTenThousand() {
    try (GoldenModel opened = GoldenModel.open("llama-3-tied")) {
      int[] ids = random(10_000, opened.model());
      CachePolicy policy = new CachePolicy(4, 60, true);
      assertThat(stream(opened.model(), policy, ids, 61))
          .containsExactly(stream(opened.model(), policy, ids, 1), within((float) TOLERANCE));
    }
  }

  @Test
  void beforeTheFirstEvictionThePolicyMakesNoDifferenceAndAfterItDoes() {
    try (GoldenModel opened = GoldenModel.open("gpt-neox-pythia")) {
      Model model = opened.model();
      int[] ids = random(40, model);
      float[] dense = stream(model, CachePolicy.dense(40), ids, 1);
      for (CachePolicy policy :
          List.of(
              new CachePolicy(3, 9, true),
              new CachePolicy(3, 9, false),
              new CachePolicy(0, 12, true))) {
        float[] evicting = stream(model, policy, ids, 1);
        int first = Math.toIntExact(policy.firstEvicted());
        assertThat(Arrays.copyOf(evicting, first))
            .containsExactly(Arrays.copyOf(dense, first), within((float) TOLERANCE));
        assertThat(Math.abs(evicting[first] - dense[first])).isGreaterThan(1e-3f);
      }
    }
  }

  /** Attention that depends on distances alone cannot tell where a window begins. */
  @Test
  void withoutSinksReindexingChangesNothingUnderRelativePositions() {
    for (String name : List.of("llama-3-tied", "bloom", "gptj-hub")) {
      try (GoldenModel opened = GoldenModel.open(name)) {
        int[] ids = random(300, opened.model());
        assertThat(stream(opened.model(), new CachePolicy(0, 8, true), ids, 5))
            .containsExactly(
                stream(opened.model(), new CachePolicy(0, 8, false), ids, 5),
                within((float) TOLERANCE));
      }
    }
  }

  @Test
  void singleTokensAndChunksCanFollowEachOther() {
    try (GoldenModel opened = GoldenModel.open("qwen3")) {
      Model model = opened.model();
      int[] ids = random(60, model);
      CachePolicy policy = new CachePolicy(2, 10, true);
      float[] expected = stream(model, policy, ids, 1);
      try (StreamingDecoder decoder = model.stream(policy)) {
        int at = 0;
        for (int count : new int[] {1, 5, 7, 9, 3, 11, 1, 8}) {
          int[] some = Arrays.copyOfRange(ids, at, at + count);
          int[] next = Arrays.copyOfRange(ids, at + 1, at + count + 1);
          float[] found = at % 2 == 0 ? decoder.chunk(some, next) : decoder.oneByOne(some, next);
          assertThat(found)
              .containsExactly(
                  Arrays.copyOfRange(expected, at, at + count), within((float) TOLERANCE));
          at += count;
        }
        assertThat(decoder.position()).isEqualTo(at);
      }
    }
  }

  @Test
  void whatAModelCannotDoIsRefusedByTheNameOfItsPositions() {
    try (GoldenModel opened = GoldenModel.open("gpt2")) {
      Model model = opened.model();
      assertThat(model.spec().positions()).isInstanceOf(Positions.Learned.class);
      assertThatThrownBy(() -> model.stream(new CachePolicy(4, 8, true)))
          .hasMessageContaining("learned position vectors are added");
      int context = model.spec().contextLength();
      int[] ids = random(context + 2, model);
      assertThatThrownBy(() -> stream(model, new CachePolicy(4, 8, false), ids, 1))
          .hasMessageContaining("has learned " + context + " positions");
    }
    assertThatThrownBy(() -> new CachePolicy(4, 0, true)).hasMessageContaining("1 recent token");
  }

  /** {@code [t]} losses of a stream read in chunks, 1 for one by one. */
  private static float[] stream(Model model, CachePolicy policy, int[] ids, int chunk) {
    float[] losses = new float[ids.length - 1];
    try (StreamingDecoder decoder = model.stream(policy)) {
      for (int at = 0; at < losses.length; at += chunk) {
        int to = Math.min(losses.length, at + chunk);
        int[] some = Arrays.copyOfRange(ids, at, to);
        int[] next = Arrays.copyOfRange(ids, at + 1, to + 1);
        float[] found = chunk == 1 ? decoder.oneByOne(some, next) : decoder.chunk(some, next);
        System.arraycopy(found, 0, losses, at, found.length);
      }
    }
    return losses;
  }

  private static int[] random(int tokens, Model model) {
    return new Random(7).ints(tokens, 0, model.spec().vocab()).toArray();
  }
}
