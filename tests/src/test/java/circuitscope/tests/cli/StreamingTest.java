package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sinks stream}: what each method sees, what is counted, what is refused. */
final class StreamingTest {
  /** FP32, sums in another order: the conformance test's bound. */
  private static final double TOLERANCE = 1e-4;

  private static final String LLAMA = "golden/llama-3-tied";
  private static final String TEXT = "The cat sat on the mat, and the cat sat on the mat.";

  @TempDir Path folder;

  private String ids(int[] ids) throws IOException {
    Path file = folder.resolve("ids.safetensors");
    long[] values = Arrays.stream(ids).asLongStream().toArray();
    TensorSource tensor = TensorSource.of("ids", new TensorShape(1, ids.length), values);
    SafetensorsWriter.write(file, Map.of(), List.of(tensor));
    return file + ":ids";
  }

  private static Cli stream(String model, String... more) {
    List<String> words = new ArrayList<>(List.of("sinks", "stream", "--model", model));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void allMethodsAgreeInTheFirstWindowAndCountWhatCameAfter() throws IOException {
    int[] ids = new Random(3).ints(60, 0, 53).toArray();
    Path out = folder.resolve("out");
    String[] options = {
      "--ids", ids(ids), "--sinks", "2", "--window", "10", "--recompute-every", "5", "--json"
    };
    List<String> words = new ArrayList<>(List.of(options));
    words.addAll(List.of("--out", out.toString()));
    JsonNode result = stream(LLAMA, words.toArray(String[]::new)).json();

    JsonNode dense = result.path("methods").path(0);
    assertThat(result.path("first_evicted_query").asInt()).isEqualTo(13);
    assertThat(result.path("methods")).hasSize(5);
    for (JsonNode method : result.path("methods")) {
      String name = method.path("method").asText();
      boolean sampled = name.equals("recompute");
      assertThat(method.path("perplexity_before").asDouble())
          .as(name)
          .isCloseTo(
              dense.path("perplexity_before").asDouble(),
              within(TOLERANCE * dense.path("perplexity_before").asDouble()));
      assertThat(method.path("scored_after_first_eviction").asInt())
          .as(name)
          .isEqualTo(sampled ? 9 : 59 - 13);
    }
    assertThat(result.path("cells")).hasSize(4);

    float[] recomputed =
        Tensors.read(out.resolve("tensors.safetensors"), "loss_nats.recompute").values();
    assertThat(recomputed).hasSize(59);
    assertThat(recomputed[13]).isNaN();
    assertThat(recomputed[17]).isCloseTo(windowLoss(ids, 17), within((float) TOLERANCE));
  }

  /** The loss of the token after {@code last}, given it and the 12 before it and nothing else. */
  private static float windowLoss(int[] ids, int last) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(LLAMA));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      int[] window = Arrays.copyOfRange(ids, last - 12, last + 2);
      return model.tokenLosses(TokenBatch.of(window), Taps.NONE)[0][12];
    }
  }

  @Test
  void aTextTooShortToEvictSaysSo() throws IOException {
    Cli run = stream(Cli.MODEL, "--text", TEXT, "--window", "100");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("too short for anything to be evicted");
    JsonNode result = stream(Cli.MODEL, "--text", TEXT, "--window", "100", "--json").json();
    for (JsonNode method : result.path("methods")) {
      assertThat(method.path("scored_after_first_eviction").asInt()).isZero();
      assertThat(method.path("perplexity_after").isNumber()).isFalse();
    }
  }

  @Test
  void learnedPositionsOfferOnlyWhatIsHonest() throws IOException {
    JsonNode result = stream(Cli.MODEL, "--text", TEXT, "--window", "4", "--json").json();
    List<String> run = new ArrayList<>();
    result.path("methods").forEach(method -> run.add(method.path("method").asText()));
    assertThat(run).containsExactly("dense", "recompute", "window-original", "sinks-original");
    assertRefused(
        stream(Cli.MODEL, "--text", TEXT, "--methods", "sinks"),
        "does not apply to the learned absolute positions");
    assertRefused(stream(Cli.MODEL, "--text", TEXT, "--cache", "64"), "learned only 512 positions");
  }

  @Test
  void cachesThatCannotBeAreRefused() {
    assertRefused(
        stream(Cli.MODEL, "--text", TEXT, "--window", "4096"), "lower --window to at most 507");
    assertRefused(stream(Cli.MODEL, "--text", TEXT, "--window", "0"), "at least 1 (tokens)");
  }

  @Test
  void aFullCacheIsTimedAndMeasured() throws IOException {
    String ids = ids(new Random(3).ints(30, 0, 53).toArray());
    assertRefused(stream(LLAMA, "--ids", ids, "--cache", "4"), "no room beside 4 sinks");
    JsonNode result =
        stream(LLAMA, "--ids", ids, "--methods", "sinks", "--cache", "16,32", "--json").json();
    assertThat(result.path("timings")).hasSize(2);
    JsonNode first = result.path("timings").path(0);
    assertThat(first.path("cache_bytes").asLong()).isEqualTo(2L * 2 * 17 * 2 * 16 * 4);
    assertThat(first.path("stream_millis").asDouble()).isPositive();
    assertThat(first.path("recompute_millis").asDouble()).isPositive();
  }

  private static void assertRefused(Cli run, String why) {
    assertThat(run.exitCode()).as(run.out()).isEqualTo(2);
    assertThat(run.err()).contains(why);
  }
}
