package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import circuitscope.probes.trace.Taps;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * GGUF files give the logits that transformers computes from the same weights. Written by {@code
 * tests/golden/gguf/make_gguf.py}.
 */
final class GgufModelTest {
  private static final Path FILES =
      Path.of("..", "models-cache", "src", "test", "resources", "gguf");

  /** As in {@link ConformanceTest}. */
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "gpt2"})
  void logitsEqualTransformers(String model) {
    Golden golden = Golden.read(FILES.resolve(model + ".safetensors"));
    try (GoldenModel opened = GoldenModel.open(FILES.resolve(model + ".gguf"));
        NDManager scope = opened.model().newManager()) {
      golden.check(
          "logits", opened.model().logits(golden.tokens(), Taps.NONE, null, scope).toFloatArray());
    }
    assertThat(golden.worst()).as(golden.worstAt()).isLessThan(TOLERANCE);
  }
}
