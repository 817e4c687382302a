package circuitscope.probes.seed.noise;

import circuitscope.models.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The same text in more tokens: what segmentation costs without a change of spelling. */
final class Retokenised {
  private final Tokenizer tokenizer;
  private final Map<String, Integer> ids = new HashMap<>(); // bytes as Latin-1

  Retokenised(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      if (!tokenizer.isSpecial(id)) {
        ids.put(latin(tokenizer.bytes(id)), id);
      }
    }
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * Splits tokens drawn at random into two of the vocabulary until there are that many, or none can
   * be split.
   */
  int[] split(int[] tokens, int count, SplittableRandom random) {
    List<Integer> more = new ArrayList<>(Arrays.stream(tokens).boxed().toList());
    int misses = 0;
    while (more.size() < count && misses < 1000) {
      int at = random.nextInt(more.size());
      String bytes = latin(tokenizer.bytes(more.get(at)));
      int cut = bytes.length() < 2 ? 0 : 1 + random.nextInt(bytes.length() - 1);
      Integer left = ids.get(bytes.substring(0, cut));
      Integer right = ids.get(bytes.substring(cut));
      if (left == null || right == null) {
        misses++;
        continue;
      }
      more.set(at, left);
      more.add(at + 1, right);
    }
    return more.stream().mapToInt(Integer::intValue).toArray();
  }
}
