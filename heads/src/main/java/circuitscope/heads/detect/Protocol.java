package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.RepeatedBlocks.Layout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One way of scoring heads, by name and version: which tokens are read, which entries of a pattern
 * are looked for, and how the attention on them is counted. Two scores can be compared only under
 * one protocol.
 *
 * @param version goes up with any change of a score
 * @param tokens what is drawn when the tokens are not given
 * @param readsGiven whether tokens that the user gives take their place
 * @param withoutFirst whether attention to key 0 is left out
 * @param withoutCurrent whether attention to the query itself is left out
 * @param kinds what it scores, each with the entries that it looks for in words
 */
record Protocol(
    String name,
    int version,
    String source,
    RepeatedBlocks tokens,
    Given readsGiven,
    Counting counting,
    boolean withoutFirst,
    boolean withoutCurrent,
    Map<Kind, String> kinds,
    Rule rule) {

  /** Which tokens of the user's a protocol can read in place of its own. */
  enum Given {
    NONE,
    /** Ids of a block given twice. */
    REPEATED_IDS,
    ANY
  }

  /** Says which entries are looked for in a row. */
  @FunctionalInterface
  interface Rule {
    /**
     * The entries.
     *
     * @param layout where blocks lie; null in rows of which that is not known
     */
    Targets targets(Kind kind, int[] ids, @Nullable Layout layout);
  }

  String id() {
    return name + "/" + version;
  }

  Measure measure(Kind kind, int[] ids, @Nullable Layout layout) {
    return measure(kind, rule.targets(kind, ids, layout));
  }

  /** What is summed for other targets than the protocol's own. */
  Measure measure(Kind kind, Targets targets) {
    return Measure.of(kind, targets, withoutFirst, withoutCurrent);
  }

  /** In the order of {@link Kind}. */
  List<Kind> scored() {
    return kinds.keySet().stream().sorted().toList();
  }
}
