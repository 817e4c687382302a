package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProblemTest {
  @TempDir Path folder;

  @Test
  void aMissingFileIsNamedWithARemedy() {
    Problem problem =
        Problem.of("Reading", new UncheckedIOException(new NoSuchFileException("book.txt")));

    assertThat(problem.happened()).isEqualTo("book.txt: there is no such file or folder");
    assertThat(problem.remedy()).startsWith("Check the path");
    assertThat(problem.details()).contains("NoSuchFileException", "Reading");
  }

  @Test
  void whatNobodyForesawIsCalledSo() {
    Problem problem = Problem.of("Running", new NullPointerException());

    assertThat(problem.happened()).contains("nobody foresaw");
    assertThat(problem.remedy()).contains("Copy the details");
  }

  @Test
  void everyErrorOfLoadingSaysWhatWasRead() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    Files.write(broken.resolve("model.safetensors"), new byte[] {9, 0, 0, 0, 0, 0, 0, 0, '{'});
    Path unknown = Files.createDirectory(folder.resolve("unknown"));
    Files.writeString(unknown.resolve("config.json"), "{\"model_type\": \"abacus\"}");
    Files.createFile(unknown.resolve("model.safetensors"));

    assertThat(opening(folder.resolve("nowhere").toString()).happened()).contains("nowhere");
    assertThat(opening(folder.resolve("nowhere").toString()).remedy()).contains("Choose a folder");
    assertThat(opening(broken.toString()).happened()).contains("model.safetensors");
    assertThat(opening(unknown.toString()).happened()).contains(unknown.toString());
  }

  private static Problem opening(String model) {
    try (OpenModel opened =
        OpenModel.open(new ModelChoice(model, null, "cpu", "fp32"), false, Progress.silent())) {
      throw new AssertionError(opened.choice() + " was opened");
    } catch (IOException | RuntimeException e) {
      return Problem.of("Opening", e);
    }
  }
}
