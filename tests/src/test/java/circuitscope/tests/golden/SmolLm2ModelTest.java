package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.model.Generator;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A real model, SmolLM2-135M-Instruct, which is too large to be committed: {@code -Dsmollm2.gguf}
 * names the file, {@code -Dsmollm2.reference} what {@code tests/golden/gguf/smollm2.py} wrote.
 */
@Tag("smollm2")
final class SmolLm2ModelTest {
  private static final Path MODEL = Path.of(System.getProperty("smollm2.gguf", "."));
  private static final Path REFERENCE = Path.of(System.getProperty("smollm2.reference", "."));

  /** FP32 of two implementations over 30 layers. */
  private static final double TOKEN_TOLERANCE_NATS = 1e-3;

  private static final double LOGIT_TOLERANCE = 1e-2;

  @Test
  void everyTokenHasTheLossThatTransformersGives() {
    Golden golden = Golden.read(REFERENCE.resolve("reference.safetensors"));
    try (GoldenModel opened = GoldenModel.open(MODEL)) {
      float[][] losses = opened.model().tokenLosses(golden.tokens(), Taps.NONE);
      float[] expected = golden.get("token_loss_nats");
      int next = 0;
      double worst = 0;
      for (float[] row : losses) {
        for (float nats : row) {
          worst = Math.max(worst, Math.abs(nats - expected[next++]));
        }
      }
      assertThat(next).isEqualTo(expected.length);
      assertThat(worst).isLessThan(TOKEN_TOLERANCE_NATS);
    }
  }

  @Test
  void theLastLogitsAreThoseOfTransformers() {
    Golden golden = Golden.read(REFERENCE.resolve("reference.safetensors"));
    try (GoldenModel opened = GoldenModel.open(MODEL);
        NDManager scope = opened.model().newManager()) {
      TokenBatch first = TokenBatch.of(golden.tokens().ids()[0]);
      float[] logits =
          opened.model().logits(first, Taps.NONE, null, scope).get("0, -1").toFloatArray();
      float[] expected = golden.get("logits_row0_last");
      for (int token = 0; token < expected.length; token++) {
        assertThat((double) logits[token]).isCloseTo(expected[token], within(LOGIT_TOLERANCE));
      }
    }
  }

  @Test
  void greedyTextIsTheSame() throws IOException {
    JsonNode greedy =
        new ObjectMapper().readTree(REFERENCE.resolve("reference.json").toFile()).get("greedy");
    int[] expected = new ObjectMapper().convertValue(greedy.get("ids"), int[].class);
    try (GoldenModel opened = GoldenModel.open(MODEL);
        Tokenizer tokenizer = opened.checkpoint().tokenizer()) {
      int[] prompt = tokenizer.encode(greedy.get("prompt").textValue());
      int[] written =
          new Generator(opened.model())
              .generate(
                  prompt, expected.length, Generator.Sampling.GREEDY, id -> false, id -> true);
      assertThat(written).isEqualTo(expected);
      assertThat(tokenizer.decode(written)).isEqualTo(greedy.get("text").textValue());
    }
  }
}
