package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every supported type against the {@code gguf} package's dequantisation, bit for bit. */
class GgufBlocksTest {

  @ParameterizedTest
  @ValueSource(strings = {"types-v2.gguf", "types-v3.gguf"})
  void everyTypeWidensToTheBitsThatTheGgufPackageGives(String file) {
    try (GgufFile gguf = GgufFile.open(Golden.file(file));
        SafetensorsFile expected = SafetensorsFile.open(Golden.file("types.safetensors"))) {
      assertThat(gguf.tensors().keySet()).isEqualTo(expected.tensors().keySet()).hasSize(11);
      gguf.tensors()
          .forEach(
              (name, tensor) -> {
                assertThat(tensor.type()).isEqualTo(StoredType.valueOf(name));
                assertThat(tensor.shape()).isEqualTo(new TensorShape(4, 256));
                assertThat(bits(Golden.widened(tensor)))
                    .as(name)
                    .isEqualTo(bits(Golden.widened(expected.tensor(name))));
              });
    }
  }

  @Test
  void anyRangeWithinBlocksIsTheSameAsThatRangeOfTheWhole() {
    try (GgufFile gguf = GgufFile.open(Golden.file("types-v3.gguf"))) {
      Random random = new Random(1);
      for (StoredTensor tensor : gguf.tensors().values()) {
        float[] whole = Golden.widened(tensor);
        for (int trial = 0; trial < 50; trial++) {
          int from = random.nextInt(whole.length);
          int to = from + random.nextInt(whole.length - from + 1);
          FloatBuffer into = FloatBuffer.allocate(to - from + 5).position(3).limit(3 + to - from);
          tensor.widen(from, into);
          assertThat(into.position()).isEqualTo(3);
          assertThat(bits(Arrays.copyOfRange(into.array(), 3, 3 + to - from)))
              .as("%s from %d to %d", tensor, from, to)
              .isEqualTo(bits(Arrays.copyOfRange(whole, from, to)));
        }
      }
    }
  }

  /** More than one parallel slice, which begins and ends inside a block, into direct memory. */
  @ParameterizedTest
  @EnumSource(
      value = StoredType.class,
      names = {"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"})
  void aReadAcrossSlicesIsTheSameAsBlockByBlock(StoredType type) {
    int blocks = 200_000 / type.blockElements();
    byte[] raw = new byte[blocks * type.blockBytes()];
    new Random(2).nextBytes(raw);
    MemorySegment bytes = MemorySegment.ofArray(raw);
    int from = 1001;
    int count = blocks * type.blockElements() - 1001 - 77;
    FloatBuffer into =
        ByteBuffer.allocateDirect(count * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();

    GgufBlocks.widen(type, bytes, from, into);

    float[] one = new float[type.blockElements()];
    for (int i = 0; i < count; i++) {
      int within = (from + i) % one.length;
      if (i == 0 || within == 0) {
        GgufBlocks.widen(type, bytes, (long) from + i - within, FloatBuffer.wrap(one));
      }
      assertThat(Float.floatToIntBits(into.get(i))).isEqualTo(Float.floatToIntBits(one[within]));
    }
  }

  @Test
  void aRangeBeyondTheTensorIsRefused() {
    try (GgufFile gguf = GgufFile.open(Golden.file("types-v3.gguf"))) {
      for (StoredTensor tensor : gguf.tensors().values()) {
        assertThatThrownBy(() -> tensor.widen(1000, FloatBuffer.allocate(25)))
            .as(tensor.toString())
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }
}
