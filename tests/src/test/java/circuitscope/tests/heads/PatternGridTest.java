package circuitscope.tests.heads;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.detect.GridAnalysis;
import circuitscope.heads.detect.PatternAnalysis;
import circuitscope.heads.detect.PatternGrid;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.tests.golden.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Thumbnails against transformers' own patterns of a grouped-query model with a sliding window. */
final class PatternGridTest {
  private static final Path FOLDER = Path.of("golden", "mistral-window");
  private static final String GOLDEN = FOLDER.resolve("golden.safetensors").toString();
  private static final Path EMBEDDED = Path.of("..", "models-cache", "embedded", "gpt2-4l");
  private static final int T = 24;

  /** Both sides run in FP32. */
  private static final float TOLERANCE = 2e-6f;

  private Checkpoint checkpoint;
  private Model model;
  private Subject subject;
  private final float[][] attentions = new float[3][]; // [layer][row, head, query, key]

  @BeforeEach
  void open() throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, (name, done, all) -> {});
    subject = new Subject(model, null, TokenInput.readIds(GOLDEN + ":input_ids"));
    Golden golden = Golden.read(Path.of(GOLDEN));
    for (int layer = 0; layer < 3; layer++) {
      attentions[layer] = golden.get("attentions." + layer);
    }
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  private float golden(int layer, int row, int head, int query, int key) {
    return attentions[layer][((row * 4 + head) * T + query) * T + key];
  }

  @Test
  void thumbnailsLargeEnoughAreTheMeanPatterns() {
    PatternGrid grid = grid(Map.of("rows", 2));
    assertThat(grid.tokensACell()).isEqualTo(1);
    for (int i = 0; i < grid.patterns().length; i++) {
      int layer = i / (4 * T * T);
      int head = i / (T * T) % 4;
      float mean =
          (golden(layer, 0, head, i / T % T, i % T) + golden(layer, 1, head, i / T % T, i % T)) / 2;
      assertThat(grid.patterns()[i]).isCloseTo(mean, within(TOLERANCE));
    }
  }

  @Test
  void smallerOnesHoldTheLargestOfEachSquare() {
    PatternGrid grid = grid(Map.of("thumbnail", 5)); // squares of 5 tokens, the last of 4
    assertThat(grid.side()).isEqualTo(5);
    for (int i = 0; i < grid.patterns().length; i++) {
      float most = 0;
      for (int square = 0; square < 25; square++) {
        int query = i / 5 % 5 * 5 + square / 5;
        int key = i % 5 * 5 + square % 5;
        if (query < T && key < T) {
          most = Math.max(most, golden(i / 100, 0, i / 25 % 4, query, key));
        }
      }
      assertThat(grid.patterns()[i]).isCloseTo(most, within(TOLERANCE));
    }
  }

  @Test
  void withoutTheSinkEachQuerysRestSumsToOneAndWhatWasLeftIsTold() {
    PatternGrid grid = grid(Map.of("without-sink", true));
    double left = 0;
    for (int query = 1; query < T; query++) {
      double sum = 0;
      for (int key = 0; key < T; key++) {
        sum += grid.patterns()[(2 * T + query) * T + key]; // layer 0, head 2
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
      left += (1 - golden(0, 0, 2, query, 0)) / (T - 1);
    }
    assertThat(grid.surviving()[0][2]).isCloseTo(left, within(1e-6));
  }

  @Test
  void theDifferenceOfTwoTextsIsSignedAndThatOfOneTextNothing() throws IOException {
    try (Checkpoint embedded = Checkpoint.open(EMBEDDED);
        Tokenizer tokenizer = Tokenizer.open(EMBEDDED);
        Model gpt2 =
            Model.load(embedded, ComputeDevice.CPU, Precision.FP32, (name, done, all) -> {})) {
      TokenInput text = new TokenInput.Prompt("one two one", BosPolicy.NO);
      Subject words = new Subject(gpt2, tokenizer, text);
      PatternGrid same = grid(words, Map.of("other-text", "one two one"));
      assertThat(same.patterns()).containsOnly(0);
      PatternGrid there = grid(words, Map.of("other-text", "one two two"));
      PatternGrid back =
          grid(
              new Subject(gpt2, tokenizer, new TokenInput.Prompt("one two two", BosPolicy.NO)),
              Map.of("other-text", "one two one"));
      for (int i = 0; i < there.patterns().length; i++) {
        assertThat(there.patterns()[i]).isCloseTo(-back.patterns()[i], within(TOLERANCE));
      }
      assertThat(requireNonNull(there.distance())[3][1]).isPositive();
      refused(words, Map.of("other-text", "one two one two"), "token stands against token");
    }
  }

  @Test
  void whatIsNotThereIsRefused() {
    refused(subject, Map.of("rows", 3), "there are 2");
    refused(subject, Map.of("other-text", "x"), "give that");
    refused(subject, Map.of("other-text", "x", "rows", 2), "one row of each");
    assertThatThrownBy(
            () ->
                new PatternAnalysis()
                    .run(
                        subject,
                        new PatternAnalysis.Parameters("L3H0", 24, 1, false, null),
                        Progress.silent()))
        .hasMessageContaining("there is no head L3H0; this model has L0H0 to L2H3");
    assertThatThrownBy(() -> new PatternAnalysis.Parameters("3.0", 24, 1, false, null))
        .hasMessageContaining("named like L3H5");
  }

  private static void refused(Subject of, Map<String, Object> parameters, String reason) {
    assertThatThrownBy(() -> grid(of, parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private PatternGrid grid(Map<String, Object> parameters) {
    return grid(subject, parameters);
  }

  private static PatternGrid grid(Subject of, Map<String, Object> parameters) {
    return new GridAnalysis()
        .run(
            of,
            ParameterSpec.of(GridAnalysis.Parameters.class).read(parameters),
            Progress.silent());
  }
}
