package circuitscope.heads;

import circuitscope.models.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The tokens of a vocabulary that stand for text, to draw from. */
public final class OrdinaryTokens {
  private final int[] pool;

  private OrdinaryTokens(int[] pool) {
    this.pool = pool;
  }

  /**
   * The vocabulary without special tokens.
   *
   * @param tokenizer whose special tokens are left out; null when not known
   */
  public static OrdinaryTokens of(int vocab, @Nullable Tokenizer tokenizer) {
    return new OrdinaryTokens(
        IntStream.range(0, vocab).filter(id -> isOrdinary(id, tokenizer)).toArray());
  }

  /** Whether a token stands for text, as far as the tokenizer is known. */
  public static boolean isOrdinary(int id, @Nullable Tokenizer tokenizer) {
    return tokenizer == null || (id < tokenizer.vocabularySize() && !tokenizer.isSpecial(id));
  }

  /** The token that a text begins with: the model's BOS, else what stands between documents. */
  public static OptionalInt start(@Nullable Tokenizer tokenizer) {
    if (tokenizer == null) {
      return OptionalInt.empty();
    }
    OptionalInt bos = tokenizer.specialTokens().bos();
    return bos.isPresent() ? bos : tokenizer.endOfText();
  }

  /** The generator that drawn tokens come from everywhere. */
  public static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Those that pass. */
  public OrdinaryTokens filter(IntPredicate test) {
    return new OrdinaryTokens(Arrays.stream(pool).filter(test).toArray());
  }

  public int size() {
    return pool.length;
  }

  /**
   * Distinct tokens, drawn uniformly.
   *
   * @throws IllegalArgumentException when there are fewer
   */
  public int[] draw(int count, RandomGenerator random) {
    if (count > pool.length) {
      throw new IllegalArgumentException(
          "%d distinct tokens cannot be drawn from a vocabulary of %d ordinary ones"
              .formatted(count, pool.length));
    }
    int[] shuffled = pool.clone();
    for (int i = 0; i < count; i++) {
      int drawn = i + random.nextInt(shuffled.length - i);
      int id = shuffled[drawn];
      shuffled[drawn] = shuffled[i];
      shuffled[i] = id;
    }
    return Arrays.copyOf(shuffled, count);
  }
}
