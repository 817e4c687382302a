package circuitscope.heads.detect;

import circuitscope.models.tokenizer.Tokenizer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** Blocks of random tokens, each block twice: what only an induction head can foresee. */
public final class RepeatedTokens {
  private RepeatedTokens() {}

  /**
   * Draws the rows.
   *
   * @param tokenizer whose special tokens are left out; null when not known
   * @return {@code [samples][2 · period]}; tokens within a block are distinct, drawn uniformly from
   *     the vocabulary
   * @throws IllegalArgumentException when the vocabulary is smaller than the period
   */
  public static int[][] draw(
      int samples, int period, int vocab, @Nullable Tokenizer tokenizer, long seed) {
    int[] pool = new int[vocab];
    int size = 0;
    for (int id = 0; id < vocab; id++) {
      boolean ordinary =
          tokenizer == null || (id < tokenizer.vocabularySize() && !tokenizer.isSpecial(id));
      if (ordinary) {
        pool[size++] = id;
      }
    }
    if (size < period) {
      throw new IllegalArgumentException(
          "period: a block of %d distinct tokens cannot be drawn from a vocabulary of %d"
              .formatted(period, size));
    }
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[][] rows = new int[samples][2 * period];
    for (int[] row : rows) {
      for (int i = 0; i < period; i++) {
        int drawn = i + random.nextInt(size - i);
        int id = pool[drawn];
        pool[drawn] = pool[i];
        pool[i] = id;
        row[i] = id;
        row[i + period] = id;
      }
    }
    return rows;
  }
}
