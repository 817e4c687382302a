package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoint files of several makings, from the command line to the answer. */
final class CheckpointFilesTest {
  private static final Path GOLDEN = Path.of("golden");

  @TempDir Path folder;

  private Path copy(Path model) throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private float[] logits(Path model, String name) throws IOException {
    Path ids = folder.resolve("ids.safetensors");
    if (Files.notExists(ids)) {
      long[] values = {3, 1, 4, 1, 5, 9, 2, 6};
      SafetensorsWriter.write(
          ids, Map.of(), List.of(TensorSource.of("ids", new TensorShape(1, 8), values)));
    }
    Path out = folder.resolve(name + ".safetensors");
    Cli trace =
        Cli.run(
            "trace",
            "--model",
            model.toString(),
            "--ids",
            ids + ":ids",
            "--sites",
            "logits",
            "--out",
            out.toString());
    assertThat(trace.exitCode()).as(trace.err()).isZero();
    return Tensors.read(out, "logits").values();
  }

  @Test
  void aPyTorchArchiveAboveFourGibibytesGivesTheSameLogits() throws IOException {
    Path original = GOLDEN.resolve("llama-1-hub");
    Path copy = copy(original);
    Path weights = copy.resolve("pytorch_model.bin");
    Files.delete(weights);
    Zip64.rewrite(original.resolve("pytorch_model.bin"), weights);

    assertThat(Files.size(weights)).isGreaterThan(1L << 32);
    assertThat(logits(copy, "zip64")).isEqualTo(logits(original, "zip"));
  }

  @Test
  void weightsThatAreNotNumbersAreNamedAndRefused() throws IOException {
    Path copy = copy(EmbeddedModels.directory("gpt2-4l"));
    try (RandomAccessFile weights =
        new RandomAccessFile(copy.resolve("model.safetensors").toFile(), "rw")) {
      weights.seek(weights.length() - 2);
      weights.write(new byte[] {(byte) 0xff, (byte) 0x7f}); // NaN as FP16, BF16 or half of FP32
    }

    Cli loss = Cli.run("loss", "--model", copy.toString(), "--text", "The cat sat.");

    assertThat(loss.exitCode()).isEqualTo(2);
    assertThat(loss.out()).isEmpty();
    assertThat(loss.err()).contains("has NaN or infinite weights in '").contains("(element ");
  }

  @Test
  void aDamagedFolderFailsItsVerification() throws IOException {
    Path copy = copy(EmbeddedModels.directory("gpt2-4l"));
    Path weights = copy.resolve("model.safetensors");
    try (RandomAccessFile file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() - 100);
    }

    Cli verified = Cli.run("models", "verify", copy.toString());

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out()).startsWith("damaged: ").contains("model.safetensors");
    assertThat(Cli.run("models", "verify", folder.resolve("nowhere").toString()).exitCode())
        .isEqualTo(2);
  }
}
