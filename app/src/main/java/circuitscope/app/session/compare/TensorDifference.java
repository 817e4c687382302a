package circuitscope.app.session.compare;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two tensors of one name and shape, element by element; elements that are NaN on either side are
 * left out.
 *
 * @param shape as stored
 * @param compared elements that are numbers on both sides
 * @param mean of b − a
 * @param meanAbsolute of |b − a|
 * @param largest |b − a|
 * @param largestAt index of it
 * @param correlation Pearson, of a with b; NaN where one of them does not vary
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record TensorDifference(
    String name,
    long[] shape,
    long compared,
    double mean,
    double meanAbsolute,
    double largest,
    long[] largestAt,
    double correlation) {

  /** Elements kept as tensors of differences, all together: 1 GB. */
  private static final long KEPT = 250_000_000L;

  /** What was found, and the differences themselves. */
  record Found(List<TensorDifference> tensors, List<TensorSource> differences, List<String> left) {}

  static Found between(Side a, Side b) {
    List<TensorDifference> found = new ArrayList<>();
    List<TensorSource> differences = new ArrayList<>();
    List<String> left = new ArrayList<>();
    if (!a.hasTensors() || !b.hasTensors()) {
      return new Found(found, differences, left);
    }
    long kept = 0;
    try (SafetensorsFile inA = SafetensorsFile.open(a.folder().resolve(Side.TENSORS));
        SafetensorsFile inB = SafetensorsFile.open(b.folder().resolve(Side.TENSORS))) {
      for (Map.Entry<String, StoredTensor> entry : inA.tensors().entrySet()) {
        StoredTensor one = entry.getValue();
        StoredTensor other = inB.tensors().get(entry.getKey());
        String why = other == null ? "is on one side only" : unlike(one, other);
        kept += one.shape().elements();
        if (!why.isEmpty() || other == null) {
          left.add("%s %s".formatted(entry.getKey(), why));
        } else if (kept > KEPT) {
          left.add("%s: the tensors are too large to compare them all".formatted(entry.getKey()));
        } else if (!one.type().isIntegral()) {
          float[] x = values(one);
          float[] y = values(other);
          found.add(of(entry.getKey(), one.shape(), x, y));
          for (int i = 0; i < x.length; i++) {
            x[i] = y[i] - x[i];
          }
          differences.add(TensorSource.of(entry.getKey(), one.shape(), x));
        }
      }
    }
    return new Found(found, differences, left);
  }

  private static String unlike(StoredTensor a, StoredTensor b) {
    if (!a.shape().equals(b.shape())) {
      return "is %s in A and %s in B".formatted(a.shape(), b.shape());
    }
    return a.type().isIntegral() == b.type().isIntegral() ? "" : "holds numbers of two kinds";
  }

  static float[] values(StoredTensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    tensor.widen(0, FloatBuffer.wrap(values));
    return values;
  }

  /** Compares row-major values. */
  static TensorDifference of(String name, TensorShape shape, float[] a, float[] b) {
    long compared = 0;
    double sum = 0;
    double absolute = 0;
    double largest = -1;
    int at = 0;
    double meanA = 0;
    double meanB = 0;
    double squaresA = 0;
    double squaresB = 0;
    double products = 0;
    for (int i = 0; i < a.length; i++) {
      if (Float.isNaN(a[i]) || Float.isNaN(b[i]) || a[i] == b[i] && Float.isInfinite(a[i])) {
        continue; // −∞ above the diagonal of scores, on both sides
      }
      compared++;
      double difference = (double) b[i] - a[i];
      sum += difference;
      absolute += Math.abs(difference);
      if (Math.abs(difference) > largest) {
        largest = Math.abs(difference);
        at = i;
      }
      double fromA = a[i] - meanA; // Welford's sums
      double fromB = b[i] - meanB;
      meanA += fromA / compared;
      meanB += fromB / compared;
      squaresA += fromA * (a[i] - meanA);
      squaresB += fromB * (b[i] - meanB);
      products += fromA * (b[i] - meanB);
    }
    long[] dims = shape.dims();
    return new TensorDifference(
        name,
        dims,
        compared,
        sum / compared,
        absolute / compared,
        Math.max(0, largest),
        index(at, dims),
        products / Math.sqrt(squaresA * squaresB));
  }

  private static long[] index(int flat, long[] dims) {
    long[] index = new long[dims.length];
    long rest = flat;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = rest % dims[axis];
      rest /= dims[axis];
    }
    return index;
  }
}
