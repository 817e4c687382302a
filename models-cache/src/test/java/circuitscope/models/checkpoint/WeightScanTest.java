package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.nio.file.Path;
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
