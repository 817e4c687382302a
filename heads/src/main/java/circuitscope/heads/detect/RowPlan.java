package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is read off the patterns of rows with the same targets: a few cells of each pattern, and
 * the sums over them. Each query's attention sums to 1, so what is left after an exclusion follows
 * from the excluded cells alone.
 */
final class RowPlan {
  /** Values gathered at once; bounds what the null needs beside the pattern itself. */
  private static final long GATHERED_AT_ONCE = 1L << 23;

  /** Sums of a measure: on targets, on what is excluded, and of that in rows with a target. */
  static final int SUMS = 3;

  private final NDArray cells; // [cell]
  private final NDArray weights; // [cell, 2 + SUMS · measure]: first key, own key, then measures
  private final NDArray shuffled; // [draw · measure · entry] cells, filled up with cells that are 0
  private final int entries; // of the measure that has most
  private final int measures;
  private final int draws;

  /**
   * @param draws of the null, a measure
   * @param owner of the arrays
   */
  RowPlan(List<Measure> measures, int positions, int draws, long seed, NDManager owner) {
    this.measures = measures.size();
    this.draws = draws;
    this.entries =
        Math.max(1, measures.stream().mapToInt(one -> one.targets().entries()).max().orElse(0));
    Map<Integer, float[]> sums = new LinkedHashMap<>();
    int width = 2 + SUMS * measures.size();
    for (int query = 1; query < positions; query++) {
      at(sums, query * positions, width)[0] += 1f / (positions - 1);
      at(sums, query * positions + query, width)[1] += 1f / (positions - 1);
    }
    for (int m = 0; m < measures.size(); m++) {
      addMeasure(sums, measures.get(m), 2 + SUMS * m, width);
    }
    float[] flat = new float[sums.size() * width];
    int next = 0;
    for (float[] weightsOfCell : sums.values()) {
      System.arraycopy(weightsOfCell, 0, flat, next, width);
      next += width;
    }
    cells = owner.create(sums.keySet().stream().mapToLong(cell -> cell).toArray());
    weights = owner.create(flat, new Shape(sums.size(), width));
    shuffled = owner.create(draw(measures, seed));
  }

  private static float[] at(Map<Integer, float[]> sums, int cell, int width) {
    return sums.computeIfAbsent(cell, key -> new float[width]);
  }

  private static void addMeasure(
      Map<Integer, float[]> sums, Measure measure, int column, int width) {
    Targets targets = measure.targets();
    int positions = targets.positions();
    BitSet targetRows = targets.rows();
    for (int i = 0; i < targets.entries(); i++) {
      at(sums, targets.queries()[i] * positions + targets.keys()[i], width)[column] += 1;
    }
    for (int query = 0; query < positions; query++) {
      boolean counted = targetRows.get(query);
      for (int key : query == 0 ? new int[] {0} : new int[] {0, query}) {
        if (measure.excludes(query, key)) {
          float[] cell = at(sums, query * positions + key, width);
          cell[column + 1] += 1;
          cell[column + 2] += counted ? 1 : 0;
        }
      }
    }
  }

  private long[] draw(List<Measure> measures, long seed) {
    long[] drawn = new long[Math.toIntExact((long) draws * measures.size() * entries)];
    Arrays.fill(drawn, 1); // key 1 of query 0, which no query sees
    for (int m = 0; m < measures.size(); m++) {
      var random = OrdinaryTokens.random(seed + m);
      for (int draw = 0; draw < draws; draw++) {
        measures.get(m).shuffle(random, drawn, (draw * measures.size() + m) * entries);
      }
    }
    return drawn;
  }

  /**
   * Reads one layer.
   *
   * @param patterns {@code [row · head, query · key]}
   * @return {@code [row · head, 2 + SUMS · measure + draw · measure]}, owned by {@code owner}
   */
  NDArray read(NDArray patterns, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray all = patterns.get(scope, new NDIndex(":, {}", cells)).matMul(weights);
      long rows = patterns.getShape().get(0);
      int atOnce = Math.clamp(GATHERED_AT_ONCE / (rows * measures * entries), 1, draws);
      for (int from = 0; from < draws; from += atOnce) {
        all = all.concat(nulls(patterns, from, Math.min(draws, from + atOnce), scope), 1);
      }
      all.attach(owner);
      return all;
    }
  }

  /** {@code [row · head, draw · measure]}: the attention on shuffled targets. */
  private NDArray nulls(NDArray patterns, int from, int to, NDManager owner) {
    int width = measures * entries;
    NDArray index = shuffled;
    if (to - from < draws) {
      index = shuffled.get(owner, new NDIndex("{}:{}", from * width, to * width));
    }
    try (NDArray gathered = patterns.get(owner, new NDIndex(":, {}", index))) {
      long rows = patterns.getShape().get(0);
      NDArray sums =
          gathered.reshape(rows, (long) (to - from) * measures, entries).sum(new int[] {2});
      sums.attach(owner);
      return sums;
    }
  }
}
