package circuitscope.heads.streaming;

import circuitscope.probes.statistics.Estimate;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one method got on.
 *
 * @param losses {@code [token − 1]} nats; NaN where a token was not scored
 * @param firstBeyond the first entry whose query has more tokens before it than the cache keeps
 * @param read tokens that the method went over
 * @param cacheBytes of keys and values on the device
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record MethodCurve(
    StreamMethod method,
    @JsonIgnore float[] losses,
    int firstBeyond,
    int read,
    double seconds,
    long cacheBytes) {
  /** Tokens that a collapse must last, on the mean. */
  static final int COLLAPSE_TOKENS = 256;

  /** Tokens that both methods scored on which a collapse must rest, at least. */
  static final int COLLAPSE_SCORED = 8;

  /** By how much the loss must be above the other's, in nats. */
  static final double COLLAPSE_NATS = 1;

  /** Consecutive tokens that are resampled together. */
  static final int BLOCK = 64;

  /** A mean over scored tokens; NaN over none. */
  record Mean(long tokens, double lossNats) {
    double perplexity() {
      return Math.exp(lossNats);
    }
  }

  /** Over entries {@code from} to {@code to}, exclusive. */
  Mean mean(int from, int to) {
    double sum = 0;
    long count = 0;
    for (int i = from; i < Math.min(to, losses.length); i++) {
      if (!Float.isNaN(losses[i])) {
        sum += losses[i];
        count++;
      }
    }
    return new Mean(count, sum / count);
  }

  Mean overall() {
    return mean(0, losses.length);
  }

  /** Up to the last query that sees all before it. */
  Mean before() {
    return mean(0, firstBeyond);
  }

  /** After the first eviction of the methods that evict. */
  Mean beyond() {
    return mean(firstBeyond, losses.length);
  }

  /**
   * The first token after the first eviction at which this loss has been {@link #COLLAPSE_NATS}
   * above another method's, on the mean of the tokens that both scored among the last {@link
   * #COLLAPSE_TOKENS}, or further back until there are {@link #COLLAPSE_SCORED} of them; null when
   * there is none.
   */
  @Nullable Integer collapse(MethodCurve other) {
    ArrayDeque<Integer> scored = new ArrayDeque<>();
    double sum = 0;
    for (int i = firstBeyond; i < losses.length; i++) {
      if (!Float.isNaN(losses[i] - other.losses[i])) {
        scored.addLast(i);
        sum += losses[i] - other.losses[i];
      }
      while (scored.size() > COLLAPSE_SCORED && scored.getFirst() <= i - COLLAPSE_TOKENS) {
        int oldest = scored.removeFirst();
        sum -= losses[oldest] - other.losses[oldest];
      }
      boolean whole = i - firstBeyond + 1 >= COLLAPSE_TOKENS && scored.size() >= COLLAPSE_SCORED;
      if (whole && sum / scored.size() > COLLAPSE_NATS) {
        return i + 1;
      }
    }
    return null;
  }

  /** This method's loss minus another's on the tokens beyond the cache that both scored. */
  @Nullable Estimate above(MethodCurve other, long seed) {
    List<double[]> blocks = new ArrayList<>();
    for (int from = firstBeyond; from < losses.length; from += BLOCK) {
      double[] block = new double[2];
      for (int i = from; i < Math.min(losses.length, from + BLOCK); i++) {
        float difference = losses[i] - other.losses[i];
        if (!Float.isNaN(difference)) {
          block[0]++;
          block[1] += difference;
        }
      }
      if (block[0] > 0) {
        blocks.add(block);
      }
    }
    return blocks.size() < 2
        ? null
        : Estimate.of(
            blocks.toArray(double[][]::new), seed, sums -> sums.values()[1] / sums.values()[0]);
  }
}
