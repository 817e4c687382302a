package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.model.Generator;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forward pass equals Hugging Face's on every family and variant: logits, every hidden state
 * and every attention pattern in FP32, and greedy decoding with a cache. The references were
 * written by {@code tests/golden/make_goldens.py} and {@code make_companions.py}.
 */
final class ConformanceTest {
  /**
   * Largest absolute difference. Both sides compute in FP32, which costs up to 3e-5 against FP64
   * here; a wrong epsilon or GELU variant costs 3e-4 and more.
   */
  static final double TOLERANCE = 1e-4;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  static List<Path> alternates() {
    return checkpoints().stream()
        .filter(folder -> Files.exists(folder.resolve("config.alternate.json")))
        .toList();
  }

  @Test
  void everyFamilyHasAReference() {
    assertThat(checkpoints()).hasSizeGreaterThan(60);
    assertThat(alternates()).hasSizeGreaterThan(20);
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void logitsHiddenStatesAndPatternsEqualTheReference(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      check(opened.model(), Golden.of(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("alternates")
  void theOtherGenerationOfConfigKeysMeansTheSameModel(Path folder, @TempDir Path copy)
      throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Files.delete(copy.resolve("config.json"));
    Files.move(copy.resolve("config.alternate.json"), copy.resolve("config.json"));
    try (GoldenModel opened = GoldenModel.open(copy)) {
      check(opened.model(), Golden.of(folder));
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void greedyDecodingWithACacheEqualsTheReference(Path folder) throws IOException {
    JsonNode greedy = new ObjectMapper().readTree(folder.resolve("greedy.json").toFile());
    String right = greedy.has("ids_sdpa") ? "ids_sdpa" : "ids";
    int[] expected = ints(greedy.get(right));
    try (GoldenModel opened = GoldenModel.open(folder)) {
      int[] generated =
          new Generator(opened.model())
              .generate(
                  ints(greedy.get("prompt_ids")),
                  expected.length,
                  Generator.Sampling.GREEDY,
                  id -> false,
                  id -> true);
      assertThat(generated).containsExactly(expected);
    }
  }

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static void check(Model model, Golden golden) {
    List<Site> sites = new ArrayList<>();
    sites.add(Site.of(SiteKind.LOGITS));
    sites.addAll(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
    sites.addAll(Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
    boolean lastIsNormed = model.spec().normPlacement().last() && !model.spec().projectsEmbedding();
    if (lastIsNormed) {
      sites.add(Site.of(SiteKind.LN_FINAL_OUT));
    }
    try (Trace trace = Recorder.of(model.spec(), sites).record(model, golden.tokens())) {
      for (int layer = 0; layer < model.spec().layers(); layer++) {
        golden.check("hidden_states." + layer, trace, Site.of(SiteKind.RESID_PRE, layer));
        golden.check("attentions." + layer, trace, Site.of(SiteKind.PATTERN, layer));
      }
      if (lastIsNormed) {
        String last = "hidden_states." + model.spec().layers();
        golden.check(last, trace, Site.of(SiteKind.LN_FINAL_OUT));
      }
      golden.check("logits", trace, Site.of(SiteKind.LOGITS));
    }
    assertThat(golden.worst()).as("at %s", golden.worstAt()).isLessThanOrEqualTo(TOLERANCE);
  }
}
