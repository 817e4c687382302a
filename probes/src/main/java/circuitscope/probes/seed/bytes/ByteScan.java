package circuitscope.probes.seed.bytes;

import circuitscope.probes.analysis.Progress;
import java.util.List;

/**
 * Exact probabilities of bytes (Phan et al. 2024; for BPE, Hayase et al. 2025), from their
 * mathematics.
 *
 * <p>P(x starts the text) is the sum over the covers of x of P(t), the probability that the tokens
 * start with t; sequences that the tokenizer never makes count 0. A cover is a stem and one more
 * token, so that one forward a stem gives the probabilities of all beginnings of a text.
 */
public final class ByteScan {
  private static final int ROWS_AT_ONCE = 32;

  private final TokenModel model;
  private final Covers covers;

  public ByteScan(TokenModel model, Segmenter segmenter) {
    this.model = model;
    this.covers = new Covers(model, segmenter);
  }

  /**
   * Scores a text.
   *
   * @param all whether to weigh every next byte at each cut point, not only the text's own
   */
  public ByteScores scan(byte[] text, boolean all, Progress progress) {
    List<Covers.Stem> stems = covers.stems(text);
    ByteSums sums = new ByteSums(text, stems, covers, model, all);
    progress.begin(stems.size(), "forwards");
    for (int from = 0; from < stems.size(); from += ROWS_AT_ONCE) {
      int to = Math.min(stems.size(), from + ROWS_AT_ONCE);
      float[][] next =
          model.next(stems.subList(from, to).stream().map(Covers.Stem::tokens).toList());
      for (int number = from; number < to; number++) {
        sums.add(number, next[number - from]);
      }
      progress.advance(to - from);
    }
    return sums.scores();
  }
}
