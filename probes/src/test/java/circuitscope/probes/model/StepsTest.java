package circuitscope.probes.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.trace.Gradients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class StepsTest {
  private static final Path SOURCES = Path.of("src/main/torchscript");
  private static final Path STEPS = Path.of("src/main/resources/circuitscope/probes/model/steps");

  @Test
  void theCommittedScriptsAreThoseMadeFromTheirSources() throws Exception {
    List<String> expected = new ArrayList<>(digests(SOURCES, ".py"));
    expected.addAll(digests(STEPS, ".pt"));
    assertThat(expected).hasSizeGreaterThan(3);
    assertThat(Files.readAllLines(STEPS.resolve("steps.sha256")))
        .as("after a change of a step's source run src/main/torchscript/make.sh")
        .containsExactlyElementsOf(expected);
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

  private static List<String> digests(Path folder, String ending) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(ending)).sorted().toList()) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        lines.add(HexFormat.of().formatHex(sum) + "  " + file.getFileName());
      }
    }
    return lines;
  }
}
