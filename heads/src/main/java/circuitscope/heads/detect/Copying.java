package circuitscope.heads.detect;

import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Estimate.Resamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether heads raise the token that they attend to (Olsson et al. 2022, copying score).
 *
 * <p>With a the raise of the attended token (weighted by attention) and Σ the raises of all tokens
 * of the sample, the published range of 0 to 0.5 implies r = a / (a + Σ), rescaled 4r − 1; the
 * plain share r′ = a / Σ is rescaled 2r′ − 1. Either of a head that writes nothing of the kind is
 * near −1 and not near 0, so the sign that tells copying from its opposite is that of {@code
 * signed}.
 *
 * @param share {@code [head]} r′, 0 to 1
 * @param score {@code [head]} 4r − 1, averaged over rows
 * @param shareRescaled {@code [head]} 2r′ − 1
 * @param signed {@code [head]} by how many standard deviations of the sample's logits the attended
 *     token's logit lies above their mean; below 0 the head lowers what it attends to
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Copying(
    Map<String, Object> protocol,
    double[] share,
    double[] shareRescaled,
    double[] signed,
    double[] signedLow,
    double[] signedHigh,
    KindScores score) {

  /** Sums over queries of one head on one row. */
  static final class Sums {
    private double share;
    private double score;
    private double signed;
    private int queries;

    /**
     * Adds one query, of the attention and logits from {@code at} on.
     *
     * @param attention over the sample's tokens, 0 beyond the query
     * @param logits of the sample's tokens, above the vocabulary's mean
     */
    void add(float[] attention, float[] logits, int at, int tokens) {
      double attended = 0;
      double all = 0;
      double mean = 0;
      double attendedLogit = 0;
      double squares = 0;
      for (int i = at; i < at + tokens; i++) {
        attended += attention[i] * Math.max(logits[i], 0);
        attendedLogit += attention[i] * logits[i];
        all += Math.max(logits[i], 0);
        mean += logits[i] / tokens;
        squares += logits[i] * logits[i] / tokens;
      }
      double deviation = Math.sqrt(Math.max(0, squares - mean * mean));
      if (all > 0 && deviation > 0) {
        share += attended / all;
        score += rescaled(attended, all);
        signed += (attendedLogit - mean) / deviation;
        queries++;
      }
    }

    /** 4r − 1. */
    static double rescaled(double attended, double all) {
      return 4 * attended / (attended + all) - 1;
    }

    double share() {
      return queries == 0 ? 0 : share / queries;
    }

    double score() {
      return queries == 0 ? -1 : score / queries;
    }

    double signed() {
      return queries == 0 ? 0 : signed / queries;
    }
  }

  /**
   * Puts scores together.
   *
   * @param sums {@code [row][head]}
   * @param nulls {@code [draw][head]} scores with each query's attention shuffled over its keys
   */
  static Copying of(Map<String, Object> protocol, Sums[][] sums, double[][] nulls, long seed) {
    double[][] scores = new double[sums.length][sums[0].length];
    double[][] signs = new double[sums.length][sums[0].length];
    double[] share = new double[sums[0].length];
    for (int row = 0; row < sums.length; row++) {
      for (int head = 0; head < share.length; head++) {
        scores[row][head] = sums[row][head].score();
        signs[row][head] = sums[row][head].signed();
        share[head] += sums[row][head].share() / sums.length;
      }
    }
    Resamples resamples = Resamples.of(sums.length, seed);
    Estimate[] signed = Estimate.means(signs, resamples);
    return new Copying(
        protocol,
        share,
        IntStream.range(0, share.length).mapToDouble(head -> 2 * share[head] - 1).toArray(),
        Arrays.stream(signed).mapToDouble(Estimate::value).toArray(),
        Arrays.stream(signed).mapToDouble(Estimate::low).toArray(),
        Arrays.stream(signed).mapToDouble(Estimate::high).toArray(),
        KindScores.of(scores, nulls, resamples));
  }

  /** The best heads in words. */
  String best(List<HeadScores.Head> heads, int count) {
    List<String> shown = new ArrayList<>();
    IntStream.range(0, heads.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -score.score()[i]))
        .limit(count)
        .forEach(
            i ->
                shown.add(
                    String.format(
                        Locale.ROOT,
                        "%s %.3f%s",
                        heads.get(i).head(),
                        score.score()[i],
                        score.outstanding(i) ? "*" : "")));
    return String.join(", ", shown);
  }

  /** Whether a head raises, lowers, or does neither beyond doubt: 1, −1 or 0. */
  int sign(int head) {
    return signedLow[head] > 0 ? 1 : signedHigh[head] < 0 ? -1 : 0;
  }
}
