package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightScanTest {
  private static final Path WHERE = Path.of("some", "model");

  private static StoredTensor tensor(String name, float[] values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    MemorySegment.ofArray(bytes).copyFrom(MemorySegment.ofArray(values));
    return new MappedTensor(
        name, StoredType.F32, new TensorShape(values.length), MemorySegment.ofArray(bytes));
  }

  private static WeightScan scan(String name, float[] values) {
    WeightScan scan = new WeightScan();
    scan.examine(tensor(name, values), 0, FloatBuffer.wrap(values));
    return scan;
  }

  @Test
  void finiteWeightsOfAnySizePass() {
    float[] values = new float[10_001];
    values[10_000] = Float.MAX_VALUE;
    values[9_999] = -Float.MAX_VALUE;
    values[3] = Float.MIN_VALUE;
    WeightScan scan = scan("w", values);
    assertThat(scan.findings()).isEmpty();
    assertThatCode(() -> scan.refuseFindings(WHERE)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void oneBadWeightIsFoundWhereverItIs(float bad) {
    for (int at : new int[] {0, 4095, 4096, 10_000}) {
      float[] values = new float[10_001];
      values[at] = bad;
      assertThat(scan("w", values).findings()).containsExactly(new WeightScan.Finding("w", at));
    }
  }

  @Test
  void aStretchIsCountedFromItsFirstElementAndTheBufferIsNotMoved() {
    float[] values = {Float.NaN, 1, Float.NaN};
    FloatBuffer stretch = FloatBuffer.wrap(values, 1, 2);
    WeightScan scan = new WeightScan();
    scan.examine(tensor("w", values), 1, stretch);
    assertThat(scan.findings()).containsExactly(new WeightScan.Finding("w", 2));
    assertThat(stretch.position()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16", "F32", "F64"})
  void theFirstBadElementIsFoundWhateverThreadsWiden(String typeName) {
    StoredType type = StoredType.valueOf(typeName);
    int count = 1_000_003;
    int width = type.blockBytes();
    ByteBuffer bytes = ByteBuffer.allocate(count * width).order(ByteOrder.LITTLE_ENDIAN);
    for (int bad : new int[] {300_001, 900_000, count - 1}) {
      for (int i = width - 2; i < width; i++) {
        bytes.put(bad * width + i, (byte) 0xff); // every exponent bit set
      }
    }
    StoredTensor tensor =
        new MappedTensor("w", type, new TensorShape(count), MemorySegment.ofArray(bytes.array()));
    WeightScan scan = new WeightScan();
    tensor.widen(10, FloatBuffer.allocate(count - 10), scan);
    assertThat(scan.findings()).containsExactly(new WeightScan.Finding("w", 300_001));
  }

  @Test
  void halvesAreCopiedAsTheyAreStoredAndScanned() {
    short[] halves = new short[600_001];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Float.floatToFloat16(i % 2000 - 1000);
    }
    halves[555_555] = Float.floatToFloat16(Float.NEGATIVE_INFINITY);
    ByteBuffer bytes = ByteBuffer.allocate(2 * halves.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(halves);
    MappedTensor tensor =
        new MappedTensor(
            "w",
            StoredType.F16,
            new TensorShape(halves.length),
            MemorySegment.ofArray(bytes.array()));
    WeightScan scan = new WeightScan();
    short[] copied = new short[halves.length - 7];
    tensor.copyHalves(7, ShortBuffer.wrap(copied), scan);
    assertThat(copied).isEqualTo(Arrays.copyOfRange(halves, 7, halves.length));
    assertThat(scan.findings()).containsExactly(new WeightScan.Finding("w", 555_555));
    assertThatThrownBy(() -> tensor.copyHalves(600_000, ShortBuffer.allocate(2), scan))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theRefusalNamesTheTensors() {
    WeightScan scan = scan("h.0.w", new float[] {0, Float.NaN});
    assertThatThrownBy(() -> scan.refuseFindings(WHERE))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            WHERE
                + ": has NaN or infinite weights in 'h.0.w' (element 1); the training diverged or"
                + " the file is damaged");
  }
}
