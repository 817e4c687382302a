package circuitscope.probes.seed.bytes;

/**
 * A text by its bytes. At each cut point n, between byte n − 1 and byte n, natural logarithms of:
 *
 * @param logP {@code [n]} P(text[..n] starts the text), n up to the whole text
 * @param logNext {@code [n][byte]} P(text[..n], byte); empty unless all bytes were asked for, as
 *     are the next two
 * @param logEnd {@code [n]} P(text[..n], end of text)
 * @param logLost {@code [n]} mass that goes on to sequences that the tokenizer never makes
 * @param logNaive {@code [n]} P(byte n) after the tokens of text[..n]; NaN where it has none
 * @param logHealed {@code [n]} the same with the last of those tokens taken back and the next bound
 *     to begin with its bytes (token healing)
 * @param covers {@code [n]} number of covers of text[..n]
 * @param starts {@code [n]} whether a token of the whole text begins there
 * @param logTokens P(the tokens of the whole text)
 * @param forwards rows that the model was run on
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record ByteScores(
    byte[] text,
    double[] logP,
    double[][] logNext,
    double[] logEnd,
    double[] logLost,
    double[] logNaive,
    double[] logHealed,
    long[] covers,
    boolean[] starts,
    double logTokens,
    int forwards) {

  /** ln P(byte n | text[..n]). */
  public double logExact(int n) {
    return logP[n + 1] - logP[n];
  }

  /** What byte n costs after those before it. */
  public double bits(int n) {
    return -logExact(n) / Math.log(2);
  }

  /** Share of P(text[..n]) that goes on to sequences never made. */
  public double lost(int n) {
    return Math.exp(logLost[n] - logP[n]);
  }

  /** |Σ_b P(xb) + P(x, end) + what is lost − P(x)| / P(x), x = text[..n]. */
  public double gap(int n) {
    double sum = Math.exp(logEnd[n] - logP[n]) + lost(n) - 1;
    for (double next : logNext[n]) {
      sum += Math.exp(next - logP[n]);
    }
    return Math.abs(sum);
  }

  /** Entropy of what comes next, a byte or the end, what is lost left out. */
  public double entropyBits(int n) {
    double end = Math.exp(logEnd[n] - logP[n]);
    double kept = end;
    double sum = end == 0 ? 0 : end * Math.log(end);
    for (double next : logNext[n]) {
      double p = Math.exp(next - logP[n]);
      kept += p;
      sum += p == 0 ? 0 : p * Math.log(p);
    }
    return (Math.log(kept) - sum / kept) / Math.log(2);
  }
}
