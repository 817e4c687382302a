package circuitscope.probes.model;

/** How a model knows where a token stands. */
public sealed interface Positions {

  /**
   * A table of position vectors added to the embeddings.
   *
   * @param offset the table's row of position 0 (2 in OPT)
   */
  record Learned(int offset) implements Positions {}

  /** Rotated queries and keys. */
  record Rotating(Rotary rotary) implements Positions {}

  /**
   * Scores lowered in proportion to distance (Press et al. 2022).
   *
   * @param halfPrecision slopes and their products are rounded to bfloat16, as Falcon does
   * @param scaledWithScores the bias is added before the scores are multiplied by their scale
   */
  record Alibi(boolean halfPrecision, boolean scaledWithScores) implements Positions {

    /**
     * What is added to the scores.
     *
     * @return {@code [head, key]}: slope × key position × {@code factor}
     */
    float[] bias(int heads, int keys, double factor) {
      double[] slopes = slopes(heads);
      float[] bias = new float[heads * keys];
      for (int h = 0; h < heads; h++) {
        float slope = (float) slopes[h];
        for (int key = 0; key < keys; key++) {
          float product = halfPrecision ? bfloat16(bfloat16(slope) * bfloat16(key)) : slope * key;
          bias[h * keys + key] = (float) (product * factor);
        }
      }
      return bias;
    }

    /** Rounded to the nearest bfloat16, ties to even. */
    private static float bfloat16(float value) {
      int bits = Float.floatToRawIntBits(value);
      int rounded = bits + 0x7FFF + ((bits >>> 16) & 1);
      return Float.intBitsToFloat(rounded & 0xFFFF0000);
    }

    /**
     * Slopes of the heads, {@code [head]}: a geometric sequence, interleaved beyond a power of 2.
     */
    static double[] slopes(int heads) {
      int power = Integer.highestOneBit(heads);
      double[] slopes = new double[heads];
      double base = Math.pow(2, -8.0 / power);
      for (int h = 0; h < power; h++) {
        slopes[h] = Math.pow(base, h + 1);
      }
      double finer = Math.pow(2, -4.0 / power);
      for (int h = power; h < heads; h++) {
        slopes[h] = Math.pow(finer, 2 * (h - power) + 1);
      }
      return slopes;
    }
  }
}
