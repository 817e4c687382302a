package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskFileTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("mask.safetensors");
  }

  @Test
  void whatIsWrittenIsReadAgainWithItsProvenance() throws IOException {
    Mask mask = Samples.mask(1);

    MaskFile.write(file, mask);

    assertThat(MaskFile.read(file)).isEqualTo(mask);
  }

  @Test
  void eachMatrixIsStoredInTheSmallerOfTheTwoEncodings() throws IOException {
    MaskFile.write(file, Samples.mask(1));

    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      assertThat(stored.tensor("h.0.dense.weight").type()).isEqualTo(StoredType.U8);
      assertThat(stored.tensor("h.0.dense.weight").bytes().byteSize()).isEqualTo(12); // 91 bits
      assertThat(stored.tensor("h.0.sparse.weight").type()).isEqualTo(StoredType.I32);
      assertThat(stored.tensor("h.1.empty.weight").bytes().byteSize()).isZero();
      assertThat(stored.tensor("h.1.full.weight").type()).isEqualTo(StoredType.U8);
    }
  }

  @Test
  void anyChangedByteOfTheContentIsNoticed() throws IOException {
    MaskFile.write(file, Samples.mask(1));
    byte[] whole = Files.readAllBytes(file);
    long data = MemorySegment.ofArray(whole).get(ValueLayout.JAVA_LONG_UNALIGNED, 0) + 8;

    for (int at = (int) data; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Files.write(file, damaged);
      assertThatThrownBy(() -> MaskFile.read(file))
          .as("byte %d", at)
          .isInstanceOf(MaskException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aTruncatedFileIsRefused() throws IOException {
    MaskFile.write(file, Samples.mask(1));
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 5, 100, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> MaskFile.read(file)).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void weightsOfAModelAreNoMask() throws IOException {
    SafetensorsWriter.write(
        file, Map.of(), List.of(TensorSource.of("w", new TensorShape(2), new float[2])));

    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(MaskException.class)
        .hasMessageContaining("is a safetensors file, but not of a mask");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"w\": [4, 4]}|has 1 bytes of bits, expected 2",
        "{\"w\": [2, 2]}|has bits after its last weight",
        "{\"w\": [0, 4]}|expected numbers from 1",
        "{\"w\": [2, 2, 2]}|expected [rows, columns]",
        "{\"w\": [8]|are not JSON",
        "{\"v\": [8]}|gives shapes for other parameters",
        "{\"w\": [2147483647, 2147483647]}|claims masks of 549755813376 MiB",
        "{\"w\": [65536, 65536]}|more weights than a mask can hold"
      })
  void shapesThatDoNotFitTheBitsAreRefusedBeforeAnyMemoryIsTaken(String shapes, String problem)
      throws IOException {
    writeBits(shapes, new byte[] {0x1f});

    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(MaskException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void positionsMustAscend() throws IOException {
    Map<String, String> metadata = metadata("{\"w\": [4, 4]}");
    byte[] twice = {3, 0, 0, 0, 3, 0, 0, 0};
    SafetensorsWriter.write(
        file,
        metadata,
        List.of(
            TensorSource.of(
                "w", StoredType.I32, new TensorShape(2), MemorySegment.ofArray(twice))));

    assertThatThrownBy(() -> MaskFile.read(file))
        .hasMessageContaining("has position 3 after 3; expected ascending numbers below 16");
  }

  private void writeBits(String shapes, byte[] bits) throws IOException {
    SafetensorsWriter.write(
        file,
        metadata(shapes),
        List.of(
            TensorSource.of(
                "w", StoredType.U8, new TensorShape(bits.length), MemorySegment.ofArray(bits))));
  }

  private static Map<String, String> metadata(String shapes) {
    return new TreeMap<>(
        Map.of("mask.format", "1", "mask.name", "m", "mask.shapes", shapes, "mask.digest", ""));
  }

  @Test
  void somethingElseIsRefusedByName() throws IOException {
    Files.write(file, "not a mask at all, only a text".getBytes(UTF_8));

    assertThatThrownBy(() -> MaskFile.read(file)).hasMessageContaining("mask.safetensors");
  }
}
