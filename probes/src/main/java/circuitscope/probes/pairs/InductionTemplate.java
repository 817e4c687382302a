package circuitscope.probes.pairs;

import circuitscope.probes.pairs.PairTemplate.Draw;
import java.util.random.RandomGenerator;

/**
 * A block x of distinct ordinary tokens, drawn uniformly, and the same block again but for its last
 * token, which is the answer. Corrupted: the first block is another one, y, so that nothing earlier
 * says what follows; the last token of y is the wrong answer, which stands in the corrupted prompt
 * where the answer stands in the clean one.
 */
final class InductionTemplate implements Draw {
  private static final int BLOCK = 8;

  private final PairTokens tokens;
  private final int[] ordinary;

  InductionTemplate(PairTokens tokens) {
    this.tokens = tokens;
    this.ordinary = tokens.ordinary();
    if (ordinary.length < 2 * BLOCK) {
      throw new IllegalArgumentException(
          "%d distinct tokens cannot be drawn from a vocabulary of %d ordinary ones"
              .formatted(2 * BLOCK, ordinary.length));
    }
  }

  @Override
  public PromptPair draw(RandomGenerator random) {
    int[] drawn = random.ints(0, ordinary.length).distinct().limit(2L * BLOCK).toArray();
    int[] start = tokens.start();
    int[] clean = new int[start.length + 2 * BLOCK - 1];
    System.arraycopy(start, 0, clean, 0, start.length);
    int[] corrupted = clean.clone();
    for (int i = 0; i < BLOCK; i++) {
      int x = ordinary[drawn[i]];
      clean[start.length + i] = x;
      corrupted[start.length + i] = ordinary[drawn[BLOCK + i]];
      if (i < BLOCK - 1) {
        clean[start.length + BLOCK + i] = x;
        corrupted[start.length + BLOCK + i] = x;
      }
    }
    int[] answer = {ordinary[drawn[BLOCK - 1]]};
    int[] wrong = {ordinary[drawn[2 * BLOCK - 1]]};
    return PromptPair.aligned(clean, corrupted, answer, wrong, tokens::label);
  }
}
