package circuitscope.probes.pairs;

import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Prompt pairs and where they come from.
 *
 * @param pairs at least one; their lengths may differ
 * @param source a template with its seed, or a file
 * @param policy how texts became tokens
 * @param dropped reason to how many words or draws were left out for it
 */
public record PromptPairs(
    List<PromptPair> pairs, String source, String policy, Map<String, Integer> dropped) {

  public PromptPairs {
    pairs = List.copyOf(pairs);
    dropped = Collections.unmodifiableMap(new TreeMap<>(dropped));
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException(source + ": there are no prompt pairs in it");
    }
  }

  /** Pairs of ids, ready made. */
  public static PromptPairs of(List<PromptPair> pairs) {
    return new PromptPairs(pairs, "ids", "ids as given", Map.of());
  }

  /**
   * All pairs, those of equal length together, shorter ones first.
   *
   * @param most pairs in a batch
   */
  public List<PairBatch> batches(int most) {
    List<PairBatch> batches = new ArrayList<>();
    for (List<Integer> group : byLength().values()) {
      for (int from = 0; from < group.size(); from += most) {
        List<Integer> part = group.subList(from, Math.min(group.size(), from + most));
        batches.add(new PairBatch(part.stream().map(pairs::get).toList(), part));
      }
    }
    return batches;
  }

  /**
   * The pairs of the length that most have (of equally many, the shorter): they share positions.
   */
  public PromptPairs ofOneLength() {
    List<Integer> largest =
        byLength().values().stream()
            .max(Comparator.comparingInt(List::size))
            .orElseThrow(); // the first of equally large ones
    Map<String, Integer> reasons = new TreeMap<>(dropped);
    int others = pairs.size() - largest.size();
    if (others > 0) {
      reasons.put("pair of another length", others);
    }
    return new PromptPairs(largest.stream().map(pairs::get).toList(), source, policy, reasons);
  }

  private Map<Integer, List<Integer>> byLength() {
    Map<Integer, List<Integer>> groups = new TreeMap<>();
    IntStream.range(0, pairs.size())
        .forEach(i -> groups.computeIfAbsent(pairs.get(i).length(), n -> new ArrayList<>()).add(i));
    return groups;
  }

  /**
   * These pairs, when the metric can be taken of them.
   *
   * @throws IllegalArgumentException naming the first pair without a wrong token, where one is
   *     needed
   */
  public PromptPairs checked(PairMetric metric) {
    for (int i = 0; i < pairs.size(); i++) {
      if (metric.needsWrong() && pairs.get(i).wrong().length == 0) {
        throw new IllegalArgumentException(
            "%s: pair %d names no wrong token, which the %s compares with; give one, or choose"
                    .formatted(source, i + 1, metric.title())
                + " --metric answer-log-probability");
      }
    }
    return this;
  }

  /** What a result records of them: clean and corrupted prompts in turn. */
  public TokensRead read() {
    TokenDigest digest = new TokenDigest();
    long tokens = 0;
    for (PromptPair pair : pairs) {
      digest.update(pair.clean());
      digest.update(pair.corrupted());
      tokens += 2L * pair.length();
    }
    return new TokensRead(source, policy, 2L * pairs.size(), tokens, 0L, digest.hex());
  }
}
