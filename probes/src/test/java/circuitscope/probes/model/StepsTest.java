package circuitscope.probes.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.trace.Gradients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private static final Path SOURCES = Path.of("src/main/torchscript");
  private static final Path STEPS = Path.of("src/main/resources/circuitscope/probes/model/steps");

  @Test
  void theCommittedScriptsAreThoseMadeFromTheirSources() throws Exception {
    assertThat(Files.readAllLines(STEPS.resolve("steps.sha256")))
        .as("after a change of a step's source run src/main/torchscript/make.sh")
        .containsExactly(
            digest(SOURCES.resolve("cast.py")) + "  cast.py",
            digest(SOURCES.resolve("layer.py")) + "  layer.py",
            digest(STEPS.resolve("cast.pt")) + "  cast.pt",
            digest(STEPS.resolve("layer.pt")) + "  layer.pt");
  }

  @Test
  void aCastKeepsTheGradientThatTheEnginesOwnWouldDrop() {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NDArray x = manager.create(new float[] {1, 2, 3});
      x.setRequiresGradient(true);
      Gradients.backward(() -> Casts.to(x.mul(2), DataType.FLOAT64).sum());
      assertThat(x.getGradient().toFloatArray()).containsExactly(2, 2, 2);
    }
  }

  private static String digest(Path file) throws Exception {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(sum);
    } catch (IOException e) {
      throw new AssertionError("cannot read " + file.toAbsolutePath(), e);
    }
  }
}
