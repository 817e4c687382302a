package circuitscope.heads.detect;

/** One head's patterns, summed over rows as they come. */
final class RowMean {
  private final int positions;
  private final boolean withoutSink;
  private final float[] sum; // [query, key]
  private double survivingSum;
  private int rows;

  /**
   * @param withoutSink whether key 0 is left out and the rest of each query brought to a sum of 1
   */
  RowMean(int positions, boolean withoutSink) {
    this.positions = positions;
    this.withoutSink = withoutSink;
    this.sum = new float[positions * positions];
  }

  /**
   * Takes in a row's pattern.
   *
   * @param weights {@code [query, key]}
   */
  void add(float[] weights) {
    double survivingOfRow = 0;
    for (int query = 0; query < positions; query++) {
      int start = query * positions;
      float left = 1 - weights[start];
      survivingOfRow += query == 0 ? 0 : left;
      for (int key = 0; key <= query; key++) {
        sum[start + key] +=
            withoutSink ? beyond(weights[start + key], key, left) : weights[start + key];
      }
    }
    survivingSum += survivingOfRow / (positions - 1);
    rows++;
  }

  private static float beyond(float weight, int key, float left) {
    return key == 0 ? 0 : Math.min(1, weight / Math.max(left, Float.MIN_NORMAL)); // rounding
  }

  /** Attention that key 0 leaves, as a mean over rows and queries from 1 on. */
  double surviving() {
    return survivingSum / rows;
  }

  /** {@code [query, key]}, averaged over rows. */
  float[] weights() {
    float[] mean = sum.clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= rows;
    }
    return mean;
  }
}
