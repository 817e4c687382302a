package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;

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
  private final List<NDArray> shuffled = new ArrayList<>(); // [draw · entry] a measure
  private final List<Measure> measures;
  private final int draws;

  /**
   * @param draws of the null, a measure
   * @param owner of the arrays
   */
  RowPlan(List<Measure> measures, int positions, int draws, long seed, NDManager owner) {
    this.measures = measures;
    this.draws = draws;
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
    for (int m = 0; m < measures.size() && draws > 0; m++) {
      shuffled.add(owner.create(draw(measures.get(m), seed + m)));
    }
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

  private long[] draw(Measure measure, long seed) {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int entries = measure.targets().entries();
    long[] drawn = new long[draws * entries];
    for (int draw = 0; draw < draws; draw++) {
      measure.shuffle(random, drawn, draw * entries);
    }
    return drawn;
  }

  /**
   * Reads one layer.
   *
   * @param patterns {@code [row · head, query · key]}
   * @return {@code [row · head, 2 + SUMS · measure + measure · draw]}, owned by {@code owner}
   */
  NDArray read(NDArray patterns, NDManager owner) {
    try (NDManager scope = owner.newSubManager()) {
      NDArray all = patterns.get(scope, new NDIndex(":, {}", cells)).matMul(weights);
      for (int m = 0; m < shuffled.size(); m++) {
        all = all.concat(nulls(patterns, m, scope), 1);
      }
      all.attach(owner);
      return all;
    }
  }

  /** {@code [row · head, draw]}: the attention on shuffled targets. */
  private NDArray nulls(NDArray patterns, int m, NDManager scope) {
    long rows = patterns.getShape().get(0);
    int entries = measures.get(m).targets().entries();
    if (entries == 0) {
      return scope.zeros(new Shape(rows, draws), DataType.FLOAT32);
    }
    int atOnce = (int) Math.clamp(GATHERED_AT_ONCE / (rows * entries), 1, draws);
    List<NDArray> parts = new ArrayList<>();
    for (int from = 0; from < draws; from += atOnce) {
      int to = Math.min(draws, from + atOnce);
      try (NDArray index =
              shuffled.get(m).get(scope, new NDIndex("{}:{}", from * entries, to * entries));
          NDArray gathered = patterns.get(scope, new NDIndex(":, {}", index))) {
        parts.add(gathered.reshape(rows, to - from, entries).sum(new int[] {2}));
      }
    }
    NDArray all = parts.getFirst();
    for (NDArray part : parts.subList(1, parts.size())) {
      all = all.concat(part, 1);
    }
    return all;
  }
}
