package circuitscope.heads.detect;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.models.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the tokens of a block are drawn.
 *
 * @param words for results
 */
record Sampler(Kind kind, int low, int high, String words) {
  /** Of the ordinary ids in their order, the share that is left out at either end. */
  private static final double EXTREMES = 0.05;

  /** From which ids, and whether one may come twice in a block. */
  enum Kind {
    DISTINCT,
    DISTINCT_WITHOUT_EXTREMES,
    RANGE
  }

  /** Distinct ordinary tokens. */
  static final Sampler ORDINARY =
      new Sampler(
          Kind.DISTINCT,
          0,
          Integer.MAX_VALUE,
          "uniform over the vocabulary without special tokens, distinct in a block");

  /** What can be done about Olsson's rule without a corpus to count in. */
  static final Sampler WITHOUT_EXTREMES =
      new Sampler(
          Kind.DISTINCT_WITHOUT_EXTREMES,
          0,
          Integer.MAX_VALUE,
          "as published, the most and least common tokens are left out; their counts are not known"
              + " here, so special tokens and the lowest and highest 5 % of ids, which most"
              + " tokenizers give in the order of merging, are; uniform, distinct in a block");

  /** Integers of a range, whatever they stand for. */
  static Sampler range(int low, int high) {
    return new Sampler(
        Kind.RANGE,
        low,
        high,
        "integers in [%d, %d), cut at the vocabulary's end, with replacement".formatted(low, high));
  }

  /**
   * Blocks of tokens.
   *
   * @param tokenizer whose special tokens are left out; null when not known
   * @return {@code [rows][period]}
   * @throws IllegalArgumentException when the vocabulary does not have enough tokens
   */
  int[][] draw(int rows, int period, int vocab, @Nullable Tokenizer tokenizer, long seed) {
    int[] pool = pool(vocab, tokenizer);
    int size = pool.length;
    if (size < (kind == Kind.RANGE ? 1 : period)) {
      throw new IllegalArgumentException(
          "period: a block of %d tokens cannot be drawn from the %d that the rule leaves of a vocabulary of %d (%s)"
              .formatted(period, size, vocab, words));
    }
    RandomGenerator random = OrdinaryTokens.random(seed);
    int[][] blocks = new int[rows][period];
    for (int[] block : blocks) {
      for (int i = 0; i < period; i++) {
        if (kind == Kind.RANGE) {
          block[i] = pool[random.nextInt(size)];
        } else {
          int drawn = i + random.nextInt(size - i);
          int id = pool[drawn];
          pool[drawn] = pool[i];
          pool[i] = id;
          block[i] = id;
        }
      }
    }
    return blocks;
  }

  private int[] pool(int vocab, @Nullable Tokenizer tokenizer) {
    IntStream all = IntStream.range(low, Math.max(low, Math.min(high, vocab)));
    if (kind == Kind.RANGE) {
      return all.toArray();
    }
    int[] ordinary = all.filter(id -> OrdinaryTokens.isOrdinary(id, tokenizer)).toArray();
    if (kind == Kind.DISTINCT) {
      return ordinary;
    }
    int cut = (int) Math.round(EXTREMES * ordinary.length);
    return Arrays.copyOfRange(ordinary, cut, ordinary.length - cut);
  }
}
