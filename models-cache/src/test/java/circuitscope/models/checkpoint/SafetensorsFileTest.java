package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  @Test
  void everyDtypeWidensToWhatTorchWidensItTo() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      assertThat(file.metadata()).containsEntry("made by", "torch").containsEntry("format", "pt");
      assertThat(file.tensors()).hasSize(34);
      for (StoredTensor tensor : file.tensors().values()) {
        if (!tensor.name().endsWith(".f32")) {
          assertThat(Fixtures.floats(tensor))
              .as(tensor.toString())
              .isEqualTo(Fixtures.floats(file.tensor(tensor.name() + ".f32")));
        }
      }
    }
  }

  @Test
  void integersOfEveryWidthAreReadAsLongs() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      for (String name : new String[] {"i64", "i32", "i16", "i8", "u8", "bool"}) {
        long[] read = file.tensor(name).readLongs();
        assertThat(read).isNotEmpty();
        float[] widened = Fixtures.floats(file.tensor(name + ".f32"));
        for (int i = 0; i < read.length; i++) {
          assertThat((float) read[i]).isEqualTo(widened[i]);
        }
      }
      assertThatThrownBy(() -> file.tensor("f16").readLongs())
          .hasMessageContaining("'f16' holds F16, not integers");
    }
  }

  @Test
  void anyStretchIsWidenedIntoAnyBufferWithoutMovingIt() {
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      for (String name : new String[] {"f32", "f16", "bf16", "f64"}) {
        StoredTensor tensor = file.tensor(name);
        float[] all = Fixtures.floats(tensor);
        FloatBuffer bigEndian =
            ByteBuffer.allocateDirect(64).order(ByteOrder.BIG_ENDIAN).asFloatBuffer();
        bigEndian.position(2).limit(7);
        tensor.widen(3, bigEndian);
        assertThat(bigEndian.position()).isEqualTo(2);
        float[] read = new float[5];
        bigEndian.get(read);
        assertThat(read).isEqualTo(Arrays.copyOfRange(all, 3, 8));
        assertThatThrownBy(() -> tensor.widen(all.length - 4, FloatBuffer.allocate(5)))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void aLargeTensorIsTheSameWhateverThreadsWidenIt() throws IOException {
    int count = 3_000_001;
    ByteBuffer halves = ByteBuffer.allocate(2 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      halves.putShort((short) i);
    }
    Path path = folder.resolve("large.safetensors");
    TensorShape shape = new TensorShape(count);
    SafetensorsWriter.write(
        path,
        java.util.Map.of(),
        java.util.List.of(
            new TensorSource(
                "h", StoredType.F16, shape, out -> out.write(halves.duplicate().flip())),
            new TensorSource(
                "b", StoredType.BF16, shape, out -> out.write(halves.duplicate().flip()))));
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      float[] half = Fixtures.floats(file.tensor("h"));
      float[] brain = Fixtures.floats(file.tensor("b"));
      for (int i = 0; i < count; i++) {
        if (!Float.isNaN(half[i])) {
          assertThat(half[i]).isEqualTo(Float.float16ToFloat((short) i));
        }
        assertThat(Float.floatToRawIntBits(brain[i]) >>> 16).isEqualTo(i & 0xffff);
      }
    }
  }

  @Test
  void aHeaderLongerThanTheFileIsRefusedBeforeItIsRead() throws IOException {
    byte[] bytes = new byte[64];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(99_999_999);
    Path path = Files.write(folder.resolve("a.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            path
                + ": claims a header of 99999999 bytes, but only 56 follow; the file is truncated,"
                + " fetch it again");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 100_000_001, Long.MAX_VALUE, -1})
  void anImpossibleHeaderLengthIsRefused(long length) throws IOException {
    byte[] bytes = new byte[64];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    Path path = Files.write(folder.resolve("a.safetensors"), bytes);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not a safetensors file");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aFileTooShortForALengthIsRefused(int size) throws IOException {
    Path path = Files.write(folder.resolve("a.safetensors"), new byte[size]);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("has " + size + " bytes, expected at least 8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | Duplicate field 'a'
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}} {} | not valid JSON
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]} | not valid JSON
          [1] | not a JSON object
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"more":1}} | exactly dtype, shape and data_offsets
          {"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}} | has dtype 'F8_E4M3'
          {"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}} | takes 16 bytes by its data_offsets [0, 16], expected 20 for F32 [5]
          {"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}} | has -4 in its 'shape'
          {"a":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}} | has 4.0 in its 'shape'
          {"a":{"dtype":"F32","shape":"4","data_offsets":[0,16]}} | has no 'shape' that is a list
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}} | expected a begin and an end
          {"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,16]}} | more than any file holds
          {"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,16]}} | expected 0 for F32
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}} | in its 'shape'
          {"a":{"dtype":"F32","shape":[4],"data_offsets":[4,20]}} | ends at byte 20 of the data, but the file has only 16
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}} | tensor 'b' overlaps 'a'
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | tensor 'b' leaves a hole after 'a'
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}} | end at byte 12 of the data, but 16 bytes are there
          {"__metadata__":{"x":1}} | __metadata__ 'x' is not a text
          {"__metadata__":[]} | __metadata__ is not an object
          """)
  void aHeaderThatDoesNotFitTheFileIsRefusedSayingWhy(String header, String reason)
      throws IOException {
    Path path = Fixtures.safetensors(folder.resolve("a.safetensors"), header, 16);
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(reason);
  }
}
