package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Taps;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The embedded checkpoint gives the losses that transformers computed, token by token. */
final class ReferenceLossTest {
  /** FP32 of two implementations, averaged over 2,040 tokens. */
  private static final double MEAN_TOLERANCE = 1e-4;

  /**
   * Attention scores reach 180 in this model; FP32 against FP64 differs by up to 3e-4 on a token.
   */
  private static final double TOKEN_TOLERANCE = 2e-3;

  @Test
  void everyTokenOfTheReferenceTextHasItsLoss() throws IOException {
    Golden golden = Golden.read(Golden.folder("gpt2-4l").resolve("reference.safetensors"));
    try (GoldenModel opened = GoldenModel.open(EmbeddedModels.directory("gpt2-4l"))) {
      Model model = opened.model();
      float[][] losses = model.tokenLosses(golden.tokens(), Taps.NONE);
      float[] expected = golden.get("token_loss_nats");
      double sum = 0;
      double expectedSum = 0;
      int next = 0;
      for (float[] row : losses) {
        for (float nats : row) {
          assertThat((double) nats).isCloseTo(expected[next], within(TOKEN_TOLERANCE));
          sum += nats;
          expectedSum += expected[next++];
        }
      }
      assertThat(next).isEqualTo(expected.length);
      assertThat(sum / next).isCloseTo(expectedSum / next, within(MEAN_TOLERANCE));
    }
  }
}
