package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The checkpoint that ships with the product, read as any other. */
class EmbeddedCheckpointTest {
  private static final Path GPT2 = Path.of("embedded", "gpt2-4l");

  @Test
  void theShippedCheckpointOpensWithItsShapesAndDtype() {
    try (Checkpoint checkpoint = Checkpoint.open(GPT2)) {
      assertThat(checkpoint.config().modelType()).isEqualTo("gpt2");
      assertThat(checkpoint.config().intValue("n_layer", "num_hidden_layers")).isEqualTo(4);
      StoredTensor embedding = checkpoint.tensor("transformer.wte.weight");
      assertThat(embedding.type()).isEqualTo(StoredType.F16);
      assertThat(embedding.shape()).isEqualTo(new TensorShape(4096, 256));
      FloatBuffer row = FloatBuffer.allocate(256);
      embedding.widen(256, row);
      for (int i = 0; i < 256; i++) {
        assertThat(row.get(i)).isFinite().isNotZero();
      }
    }
  }
}
