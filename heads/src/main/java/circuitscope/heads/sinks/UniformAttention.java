package circuitscope.heads.sinks;

/** What scores would be if every query attended equally to all positions that it sees. */
final class UniformAttention {
  private UniformAttention() {}

  /**
   * α of key k at length T: (H_T − H_k) / (T − k), with k from 0 and H the harmonic numbers.
   *
   * @param key k, below {@code length}
   */
  static double alpha(int key, int length) {
    double sum = 0;
    for (int query = key; query < length; query++) {
      sum += 1.0 / (query + 1);
    }
    return sum / (length - key);
  }

  /** α of every key. */
  static double[] alphas(int length) {
    double[] alphas = new double[length];
    double sum = 0;
    for (int key = length - 1; key >= 0; key--) {
      sum += 1.0 / (key + 1);
      alphas[key] = sum / (length - key);
    }
    return alphas;
  }
}
