package circuitscope.probes.pairs;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** Families of prompt pairs that are made here, from words that the tokenizer has whole. */
public enum PairTemplate {
  /** {@link #IOI} where the tokenizer has enough of its words whole, else {@link #INDUCTION}. */
  AUTO,
  /** Indirect object (Wang et al. 2023); corrupted: the second subject becomes the other name. */
  IOI,
  /** Indirect object; corrupted: three names that are in neither role (their "ABC"). */
  IOI_ABC,
  /** Later years (Hanna et al. 2023); corrupted: the first year ends in 01. */
  GREATER_THAN,
  /** Arguments in the order of a definition (Heimersheim and Janiak 2023). */
  DOCSTRING,
  /** A block of random tokens given twice; corrupted: the first block drawn anew. */
  INDUCTION;

  /** Draws one pair, or counts in the tokens why this draw gives none. */
  interface Draw {
    @Nullable PromptPair draw(RandomGenerator random);
  }

  /** Draws a pair asked for at most, of which some are dropped. */
  private static final int PATIENCE = 50;

  private Draw over(PairTokens tokens) {
    return switch (this) {
      case IOI, AUTO -> new IoiTemplate(tokens, false);
      case IOI_ABC -> new IoiTemplate(tokens, true);
      case GREATER_THAN -> new GreaterThanTemplate(tokens);
      case DOCSTRING -> new DocstringTemplate(tokens);
      case INDUCTION -> new InductionTemplate(tokens);
    };
  }

  /**
   * Pairs of this template.
   *
   * @param vocab of the model
   * @param tokenizer null is enough for {@link #INDUCTION}
   * @param count pairs
   * @param seed the same seed and tokenizer give the same pairs
   * @throws IllegalArgumentException when the tokenizer has too few of the words whole
   */
  public PromptPairs generate(
      int vocab, @Nullable Tokenizer tokenizer, BosPolicy bos, int count, long seed) {
    if (this == AUTO) {
      return whatFits(vocab, tokenizer, bos, count, seed);
    }
    PairTokens tokens = new PairTokens(vocab, tokenizer, bos);
    Draw draw = over(tokens);
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<PromptPair> pairs = new ArrayList<>();
    Set<List<List<Integer>>> seen = new HashSet<>();
    for (int tried = 0; pairs.size() < count && tried < PATIENCE * count; tried++) {
      try {
        PromptPair pair = draw.draw(random);
        if (pair != null && !seen.add(List.of(ids(pair.clean()), ids(pair.corrupted())))) {
          tokens.drop("pair drawn before");
        } else if (pair != null) {
          pairs.add(pair);
        }
      } catch (UnalignedPairException e) {
        tokens.drop("prompts of unequal length");
      }
    }
    if (pairs.size() < count) {
      throw new IllegalArgumentException(
          "%s: %d of %d pairs after %d draws; left out: %s; choose another template, or give pairs"
                  .formatted(word(), pairs.size(), count, PATIENCE * count, tokens.dropped())
              + " of your own with --pairs");
    }
    String source = "template %s, seed %d".formatted(word(), seed);
    return new PromptPairs(pairs, source, tokens.policy(), tokens.dropped());
  }

  private static PromptPairs whatFits(
      int vocab, @Nullable Tokenizer tokenizer, BosPolicy bos, int count, long seed) {
    try {
      return IOI.generate(vocab, tokenizer, bos, count, seed);
    } catch (IllegalArgumentException tooFewWords) {
      return INDUCTION.generate(vocab, tokenizer, bos, count, seed);
    }
  }

  private static List<Integer> ids(int[] prompt) {
    return Arrays.stream(prompt).boxed().toList();
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Distinct elements in a random order. */
  static <T> List<T> some(List<T> of, int count, RandomGenerator random) {
    List<T> rest = new ArrayList<>(of);
    List<T> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(rest.remove(random.nextInt(rest.size())));
    }
    return drawn;
  }
}
