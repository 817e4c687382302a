package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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
  private final NDArray weights; // [2 + SUMS · measure, cell]: first key, own key, then measures
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
    float[] flat = new float[width * sums.size()];
    int next = 0;
    for (float[] weightsOfCell : sums.values()) {
      for (int value = 0; value < width; value++) {
        flat[value * sums.size() + next] = weightsOfCell[value];
      }
      next++;
    }
    cells = owner.create(sums.keySet().stream().mapToLong(cell -> cell).toArray());
    weights = owner.create(flat, new Shape(width, sums.size()));
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
    IntStream.range(0, measures.size())
        .parallel()
        .forEach(
            m -> {
              var random = OrdinaryTokens.random(seed + m);
              for (int draw = 0; draw < draws; draw++) {
                measures.get(m).shuffle(random, drawn, (draw * measures.size() + m) * entries);
              }
            });
    return drawn;
  }

  /**
   * Reads one layer. A cell of all rows and heads lies in one piece, so that what is gathered is
   * copied by the row.
   *
   * @param patterns {@code [query · key, row · head]}
   * @return {@code [2 + SUMS · measure + draw · measure, row · head]}, owned by {@code owner}
   */
  NDArray read(NDArray patterns, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDList all = new NDList();
      all.add(weights.matMul(patterns.get(scope, new NDIndex("{}", cells))));
      long rowHeads = patterns.getShape().get(1);
      int atOnce = Math.clamp(GATHERED_AT_ONCE / (rowHeads * measures * entries), 1, draws);
      for (int from = 0; from < draws; from += atOnce) {
        all.add(nulls(patterns, from, Math.min(draws, from + atOnce), scope));
      }
      NDArray values = NDArrays.concat(all, 0);
      values.attach(owner);
      all.attach(scope);
      return values;
    }
  }

  /** {@code [draw · measure, row · head]}: the attention on shuffled targets. */
  private NDArray nulls(NDArray patterns, int from, int to, NDManager owner) {
    int width = measures * entries;
    NDArray index = shuffled;
    if (to - from < draws) {
      index = shuffled.get(owner, new NDIndex("{}:{}", from * width, to * width));
    }
    long rowHeads = patterns.getShape().get(1);
    try (NDArray gathered = patterns.get(owner, new NDIndex("{}", index));
        NDArray byMeasure = gathered.reshape((long) (to - from) * measures, entries, rowHeads)) {
      return byMeasure.sum(new int[] {1});
    }
  }
}
