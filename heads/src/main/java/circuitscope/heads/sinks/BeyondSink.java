package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Where attention goes that does not go to the sink: mass by distance, key 0 left out and the rest
 * scaled to one.
 *
 * <p>Each query counts by the mass that survives in it, so that queries which put everything on the
 * sink do not add noise. The surviving mass is always to be shown beside it: a clear picture of 2 %
 * of a head's attention is still a picture of 2 %.
 */
final class BeyondSink {
  private final int heads;
  private final List<String> bins = new ArrayList<>();
  private final float[] weights; // [query · key, bin], the last bin is key 0
  private final int length;
  private final double[][] sums; // [layer · head][bin]

  BeyondSink(int length, int layers, int heads) {
    this.heads = heads;
    this.length = length;
    bins.add("0");
    for (int from = 1; from < length - 1; from *= 2) {
      int to = Math.min(2 * from - 1, length - 2);
      bins.add(from == to ? Integer.toString(from) : from + "–" + to);
    }
    this.weights = new float[length * length * (bins.size() + 1)];
    for (int query = 1; query < length; query++) {
      for (int key = 0; key <= query; key++) {
        int distance = query - key;
        int bin = distance == 0 ? 0 : 32 - Integer.numberOfLeadingZeros(distance);
        weights[(query * length + key) * width() + (key == 0 ? bins.size() : bin)] = 1;
      }
    }
    this.sums = new double[layers * heads][width()];
  }

  private int width() {
    return bins.size() + 1;
  }

  /** Distances from query to key, as they are written. */
  List<String> bins() {
    return bins;
  }

  /**
   * Adds one layer of one batch.
   *
   * @param pattern {@code [batch, head, query, key]}
   */
  void add(int layer, NDArray pattern) {
    Shape flat = new Shape(pattern.getShape().get(0) * heads, (long) length * length);
    try (NDArray columns =
            pattern.getManager().create(weights, new Shape((long) length * length, width()));
        NDArray rows = pattern.reshape(flat);
        NDArray masses = rows.matMul(columns)) {
      float[] values = masses.toFloatArray(); // [batch · head, bin]
      for (int i = 0; i < values.length; i++) {
        sums[layer * heads + i / width() % heads][i % width()] += values[i];
      }
    }
  }

  /**
   * One head's attention without the sink.
   *
   * @param surviving share of the attention of queries 1 and later that is not on key 0
   * @param byDistance its distribution over {@link #bins}; NaN when nothing survives
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Rest(double surviving, double[] byDistance) {}

  Rest of(int head) {
    return rest(sums[head]);
  }

  /** Under uniform attention. */
  Rest uniform() {
    double[] masses = new double[width()];
    for (int i = 0; i < weights.length; i++) {
      int query = i / width() / length;
      masses[i % width()] += weights[i] / (query + 1.0);
    }
    return rest(masses);
  }

  private static Rest rest(double[] masses) {
    double beyond = 0;
    for (int bin = 0; bin < masses.length - 1; bin++) {
      beyond += masses[bin];
    }
    double[] shares = new double[masses.length - 1];
    for (int bin = 0; bin < shares.length; bin++) {
      shares[bin] = masses[bin] / beyond;
    }
    return new Rest(beyond / (beyond + masses[masses.length - 1]), shares);
  }
}
