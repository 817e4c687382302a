package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.statistics.Estimate;

/**
 * The surprisals of a bigram table on some sequences, and how a model's go with them.
 *
 * <p>Pearson's r in both published variants (method of Chang and Bergen 2025, as their code
 * computes it): <i>clamp</i> replaces infinite surprisals of the bigrams by their largest finite
 * one and takes the model's softmax over the tokenizer's vocabulary; <i>drop</i> leaves such
 * positions out and takes it over all of the model's rows.
 *
 * @param bits {@code [sequence][position]}, positions 0 … T−2; infinite where a pair was never seen
 * @param infinite positions with an infinite surprisal
 * @param backedOff positions whose token was never seen as a context
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record BigramSurprisals(float[][] bits, long infinite, long backedOff) {

  static BigramSurprisals of(BigramTable table, TrainingSequences sequences) {
    int count = sequences.count();
    float[][] bits = new float[count][];
    long infinite = 0;
    long backedOff = 0;
    for (int i = 0; i < count; i++) {
      int[] tokens = sequences.rows(i, i + 1)[0];
      bits[i] = new float[tokens.length - 1];
      for (int p = 0; p < bits[i].length; p++) {
        bits[i][p] = (float) table.surprisalBits(tokens[p], tokens[p + 1]);
        infinite += Float.isInfinite(bits[i][p]) ? 1 : 0;
        backedOff += table.seen(tokens[p]) ? 0 : 1;
      }
    }
    return new BigramSurprisals(bits, infinite, backedOff);
  }

  /** r with infinite surprisals clamped, with its interval. */
  public Estimate pearsonClamp(Surprisals model, long seed) {
    return pearson(model.cut(), false, seed);
  }

  /** r with infinite surprisals dropped, with its interval. */
  public Estimate pearsonDrop(Surprisals model, long seed) {
    return pearson(model.padded(), true, seed);
  }

  private Estimate pearson(float[][] model, boolean drop, long seed) {
    double largestModel = Surprisals.largestFinite(model);
    double largestBigram = Surprisals.largestFinite(bits);
    double[][] sums = new double[bits.length][];
    for (int i = 0; i < bits.length; i++) {
      double[] sum = new double[6];
      for (int p = 0; p < bits[i].length; p++) {
        boolean unseen = Float.isInfinite(bits[i][p]);
        if (drop && unseen) {
          continue;
        }
        double x = Float.isInfinite(model[i][p]) ? largestModel : model[i][p];
        double y = unseen ? largestBigram : bits[i][p];
        sum[0]++;
        sum[1] += x;
        sum[2] += y;
        sum[3] += x * x;
        sum[4] += y * y;
        sum[5] += x * y;
      }
      sums[i] = sum;
    }
    return Estimate.of(sums, seed, total -> correlation(total.values()));
  }

  /** From n, Σx, Σy, Σx², Σy², Σxy. */
  private static double correlation(double[] s) {
    double covariance = s[0] * s[5] - s[1] * s[2];
    return covariance / Math.sqrt((s[0] * s[3] - s[1] * s[1]) * (s[0] * s[4] - s[2] * s[2]));
  }
}
