package circuitscope.heads.detect;

import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * What is summed of each head's pattern on one row of tokens.
 *
 * @param targets without what is excluded
 * @param withoutFirst whether key 0 is left out of every sum
 * @param withoutCurrent whether the query's own key is left out of every sum
 * @param targetRows queries that have a target
 */
record Measure(
    HeadScores.Kind kind,
    Targets targets,
    boolean withoutFirst,
    boolean withoutCurrent,
    int targetRows) {

  static Measure of(
      HeadScores.Kind kind, Targets all, boolean withoutFirst, boolean withoutCurrent) {
    Targets targets = all.without(withoutFirst, withoutCurrent);
    return new Measure(kind, targets, withoutFirst, withoutCurrent, targets.rows().cardinality());
  }

  /** Whether an entry is left out of every sum. */
  boolean excludes(int query, int key) {
    return (withoutFirst && key == 0) || (withoutCurrent && key == query);
  }

  /** Sums of one head, from the attention on what is excluded. */
  Counting.Rest rest(double excluded, double excludedOfTargetRows) {
    return new Counting.Rest(
        targets.positions() - excluded,
        targetRows - excludedOfTargetRows,
        targets.entries(),
        targetRows,
        targets.positions());
  }

  /** The score of a head that attends to everything that it sees equally. */
  double uniform(Counting counting) {
    double mass = 0;
    for (int query : targets.queries()) {
      mass += 1.0 / (query + 1);
    }
    BitSet rows = targets.rows();
    double excluded = 0;
    double excludedOfTargetRows = 0;
    for (int query = 0; query < targets.positions(); query++) {
      int cells = (excludes(query, 0) ? 1 : 0) + (query > 0 && excludes(query, query) ? 1 : 0);
      excluded += cells / (query + 1.0);
      excludedOfTargetRows += rows.get(query) ? cells / (query + 1.0) : 0;
    }
    return counting.score(mass, rest(excluded, excludedOfTargetRows));
  }

  /**
   * The shuffled-position null: each query looks for as many keys as it has targets, drawn without
   * replacement from those that it sees and that are not excluded.
   *
   * @param cells where the drawn entries go, {@code query · positions + key}
   */
  void shuffle(RandomGenerator random, int[] cells, int from) {
    int positions = targets.positions();
    BitSet taken = new BitSet();
    int query = -1;
    for (int i = 0; i < targets.entries(); i++) {
      if (targets.queries()[i] != query) {
        query = targets.queries()[i];
        taken.clear();
      }
      int key = random.nextInt(query + 1);
      while (taken.get(key) || excludes(query, key)) {
        key = random.nextInt(query + 1);
      }
      taken.set(key);
      cells[from + i] = query * positions + key;
    }
  }
}
