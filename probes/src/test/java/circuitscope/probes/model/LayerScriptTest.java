package circuitscope.probes.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class LayerScriptTest {
  private static final Path SOURCE = Path.of("src/main/torchscript/layer.py");
  private static final Path STEPS = Path.of("src/main/resources/circuitscope/probes/model/steps");

  @Test
  void theCommittedScriptIsTheOneMadeFromItsSource() throws Exception {
    assertThat(Files.readAllLines(STEPS.resolve("layer.sha256")))
        .as("after a change of layer.py run src/main/torchscript/make.sh")
        .containsExactly(
            digest(SOURCE) + "  layer.py", digest(STEPS.resolve("layer.pt")) + "  layer.pt");
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
