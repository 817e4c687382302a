package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointDigestTest {
  @TempDir Path folder;

  private Path write(String name, float value) throws IOException {
    Path file = folder.resolve("a.safetensors");
    SafetensorsWriter.write(
        file, Map.of(), List.of(TensorSource.of(name, new TensorShape(2), new float[] {1, value})));
    return file;
  }

  private static String digest(Path path) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return CheckpointDigest.of(file.tensors().values());
    }
  }

  private static String cached(Path path, Path cache) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      return CheckpointDigest.cached(List.of(path), file.tensors().values(), cache);
    }
  }

  /** {@code printf 'w\0F32\0[2]\0\0\0\200\077\0\0\0\100' | sha256sum}. */
  @Test
  void theDigestIsOfNameDtypeShapeAndBytes() throws IOException {
    assertThat(digest(write("w", 2)))
        .isEqualTo("bb6a0b5d3e9ae1f0aeff5a4a03414f2d9db65e2d0a74f52a6e498ab5a7d5b4f7");
  }

  @Test
  void theSameWeightsInAnotherFormHaveTheSameDigest() {
    try (TorchFile torch = TorchFile.open(Fixtures.PICKLED.resolve("state.bin"));
        SafetensorsFile safe =
            SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      List<StoredTensor> same =
          safe.tensors().values().stream().filter(t -> !t.name().endsWith(".f32")).toList();
      assertThat(CheckpointDigest.of(same))
          .isEqualTo(CheckpointDigest.of(torch.tensors().values()));
    }
  }

  @Test
  void aRememberedDigestIsUsedUntilTheFileChanges() throws IOException {
    Path cache = folder.resolve("cache");
    Path file = write("w", 2);
    String first = cached(file, cache);
    assertThat(first).isEqualTo(digest(file));
    Path kept;
    try (Stream<Path> files = Files.list(cache)) {
      kept = files.toList().getFirst();
    }
    String planted = "0".repeat(64);
    Files.writeString(kept, planted);
    assertThat(cached(file, cache)).isEqualTo(planted);
    Files.writeString(kept, "damaged");
    assertThat(cached(file, cache)).isEqualTo(first);

    write("w", 3);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    assertThat(cached(file, cache)).isEqualTo(digest(file)).isNotEqualTo(first);
  }

  @Test
  void aCacheThatCannotBeWrittenCostsOnlyTime() throws IOException {
    Path file = write("w", 2);
    Path occupied = Files.writeString(folder.resolve("occupied"), "a file");
    assertThat(cached(file, occupied)).isEqualTo(digest(file));
  }
}
