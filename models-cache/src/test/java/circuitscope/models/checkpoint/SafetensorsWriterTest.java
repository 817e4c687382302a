package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  private static TensorSource bits(String name, int count) {
    return TensorSource.of(
        name, StoredType.BOOL, new TensorShape(count), MemorySegment.ofArray(new byte[count]));
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path path = folder.resolve("deep/er/a.safetensors");
    float[] floats = new float[700_000];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = i * 0.5f;
    }
    SafetensorsWriter.write(
        path,
        Map.of("seed", "7", "note", "ünïcode \"quoted\""),
        List.of(
            bits("odd", 3),
            TensorSource.of("x", new TensorShape(700, 1000), floats),
            TensorSource.of("ids", new TensorShape(1, 3), new long[] {1, -2, Long.MAX_VALUE}),
            TensorSource.of("scalar", new TensorShape(), new float[] {2.5f})));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertThat(file.metadata()).isEqualTo(Map.of("seed", "7", "note", "ünïcode \"quoted\""));
      assertThat(Fixtures.floats(file.tensor("x"))).isEqualTo(floats);
      assertThat(file.tensor("x").shape()).hasToString("[700, 1000]");
      assertThat(file.tensor("ids").readLongs()).containsExactly(1, -2, Long.MAX_VALUE);
      assertThat(Fixtures.floats(file.tensor("scalar"))).containsExactly(2.5f);
      assertThat(file.tensor("scalar").shape()).isEqualTo(new TensorShape());
      for (StoredTensor tensor : file.tensors().values()) {
        assertThat(tensor.bytes().address() % tensor.type().blockBytes()).isZero();
      }
    }
    assertThat(Files.size(path) % 8).isEqualTo(7); // the header is padded; F32 [], BOOL [3]
  }

  @Test
  void aTensorOfAFileIsCopiedToTheByte() throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      SafetensorsWriter.write(
          copy, file.metadata(), file.tensors().values().stream().map(TensorSource::of).toList());
      try (SafetensorsFile read = SafetensorsFile.open(copy)) {
        assertThat(read.metadata()).isEqualTo(file.metadata());
        assertThat(CheckpointDigest.of(read.tensors().values()))
            .isEqualTo(CheckpointDigest.of(file.tensors().values()));
      }
    }
  }

  @Test
  void theSameContentGivesTheSameFileWhateverTheOrder() throws IOException {
    TensorSource a = bits("a", 5);
    TensorSource b = TensorSource.of("b", new TensorShape(2), new float[] {1, 2});
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    SafetensorsWriter.write(one, Map.of("x", "1", "y", "2"), List.of(a, b));
    SafetensorsWriter.write(two, Map.of("y", "2", "x", "1"), List.of(b, a));
    assertThat(two).hasSameBinaryContentAs(one);
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    Path path = Files.writeString(folder.resolve("a.safetensors"), "old");
    TensorSource tooShort =
        new TensorSource(
            "a", StoredType.F32, new TensorShape(2), out -> out.write(ByteBuffer.allocate(4)));
    assertThatThrownBy(() -> SafetensorsWriter.write(path, Map.of(), List.of(tooShort)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("tensor 'a' of F32 [2] takes 8 bytes, but its source wrote 4");
    assertThat(path).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void twoTensorsOfOneNameAndReservedNamesAreRefused() {
    Path path = folder.resolve("a.safetensors");
    assertThatThrownBy(
            () -> SafetensorsWriter.write(path, Map.of(), List.of(bits("a", 1), bits("a", 2))))
        .hasMessageContaining("'a'");
    assertThatThrownBy(
            () -> SafetensorsWriter.write(path, Map.of(), List.of(bits("__metadata__", 1))))
        .hasMessageContaining("__metadata__");
    assertThat(path).doesNotExist();
  }
}
