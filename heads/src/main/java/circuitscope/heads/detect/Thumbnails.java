package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Patterns made small on their device: each cell of a thumbnail is the largest attention, or the
 * largest difference in either direction, of the square of query-key pairs that it stands for.
 */
final class Thumbnails {
  private final int layers;
  private final int heads;
  private final int positions;
  private final int cell; // tokens a cell
  private final int side; // cells
  private final boolean withoutSink;
  private final boolean difference;
  private final float[] patterns; // [layer, head, side, side], sums over rows
  private final double[][] surviving; // [layer][head], sums over rows
  private final double[][] distance; // [layer][head]
  private int rows;

  /**
   * @param most cells a side, at most
   * @param withoutSink whether key 0 is left out and the rest of each query brought to a sum of 1
   * @param difference whether a batch is two rows, of which the second is subtracted
   */
  Thumbnails(
      int layers, int heads, int positions, int most, boolean withoutSink, boolean difference) {
    this.layers = layers;
    this.heads = heads;
    this.positions = positions;
    this.cell = Math.ceilDiv(positions, most);
    this.side = Math.ceilDiv(positions, cell);
    this.withoutSink = withoutSink;
    this.difference = difference;
    this.patterns = new float[layers * heads * side * side];
    this.surviving = new double[layers][heads];
    this.distance = new double[layers][heads];
  }

  /** Takes in a batch's pattern of one layer, {@code [row, head, query, key]}. */
  void add(int layer, NDArray pattern) {
    try (NDManager scope = pattern.getManager().newSubManager()) {
      NDArray sink = pattern.get(scope, new NDIndex(":, :, :, 0:1")); // [row, head, query, 1]
      NDArray left = sink.get(new NDIndex(":, :, 1:")).mul(-1).add(1);
      addTo(surviving[layer], left.squeeze(3).mean(new int[] {2}).sum(new int[] {0}));
      NDArray shown = withoutSink ? renormalised(pattern, sink, scope) : pattern;
      if (difference) {
        NDArray first = shown.get(scope, new NDIndex("0:1"));
        shown = first.sub(shown.get(scope, new NDIndex("1:2")));
        addTo(
            distance[layer],
            shown.abs().sum(new int[] {3}).mean(new int[] {2}).mul(0.5).squeeze(0));
      }
      NDArray pooled = pooled(shown, scope);
      if (difference) {
        NDArray negative = pooled(shown.neg(), scope); // the largest fall
        pooled =
            pooled
                .mul(pooled.gte(negative).toType(DataType.FLOAT32, false))
                .sub(negative.mul(pooled.lt(negative).toType(DataType.FLOAT32, false)));
      }
      float[] values = pooled.sum(new int[] {0}).toFloatArray();
      for (int i = 0; i < values.length; i++) {
        patterns[layer * values.length + i] += values[i];
      }
    }
  }

  /** Without key 0, each query's attention brought back to a sum of 1; 0 where nothing is left. */
  private NDArray renormalised(NDArray pattern, NDArray sink, NDManager scope) {
    float[] kept = new float[positions];
    Arrays.fill(kept, 1, positions, 1);
    NDArray left = sink.mul(-1).add(1).maximum(Float.MIN_NORMAL);
    NDArray shown = pattern.div(left).mul(scope.create(kept)).minimum(1); // rounding
    shown.attach(scope);
    return shown;
  }

  /** {@code [row, head, side, side]} */
  private NDArray pooled(NDArray values, NDManager scope) {
    long[] shape = values.getShape().getShape();
    NDArray whole = values;
    int missing = side * cell - positions;
    if (missing > 0) {
      whole = whole.concat(scope.zeros(new Shape(shape[0], shape[1], positions, missing)), 3);
      whole =
          whole.concat(scope.zeros(new Shape(shape[0], shape[1], missing, (long) side * cell)), 2);
    }
    NDArray pooled =
        whole
            .reshape(shape[0], shape[1], side, cell, side, cell)
            .max(new int[] {5})
            .max(new int[] {3});
    pooled.attach(scope);
    return pooled;
  }

  private static void addTo(double[] sums, NDArray values) {
    float[] added = values.toFloatArray();
    for (int i = 0; i < sums.length; i++) {
      sums[i] += added[i];
    }
  }

  void counted(int more) {
    rows += more;
  }

  int cell() {
    return cell;
  }

  int side() {
    return side;
  }

  /** {@code [layer, head, side, side]}, averaged over rows. */
  float[] patterns() {
    float[] mean = patterns.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows;
    }
    return mean;
  }

  /** {@code [layer][head]} mean attention that key 0 leaves, of the queries from 1 on. */
  double[][] surviving() {
    return means(surviving, difference ? 2 * rows : rows);
  }

  /** {@code [layer][head]} mean total variation distance between the two rows' attention. */
  double[][] distance() {
    return means(distance, rows);
  }

  private double[][] means(double[][] sums, int count) {
    double[][] means = new double[layers][heads];
    for (int layer = 0; layer < layers; layer++) {
      for (int head = 0; head < heads; head++) {
        means[layer][head] = sums[layer][head] / count;
      }
    }
    return means;
  }
}
