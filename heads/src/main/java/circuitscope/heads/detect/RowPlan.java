package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.model.Steps;
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
  private static final PtSymbolBlock CELLS = Steps.load("cells");

  /** Sums of a measure: on targets, on what is excluded, and of that in rows with a target. */
  static final int SUMS = 3;

  private final NDArray cells; // [cell] of all sets in a row: the sums', then the null's
  private final NDArray starts; // [2 + SUMS · measure + draw · measure] first cell of each set
  private final NDArray weights; // [cell]

  /**
   * @param draws of the null, a measure
   * @param owner of the arrays
   */
  RowPlan(List<Measure> measures, int positions, int draws, long seed, NDManager owner) {
    Map<Integer, float[]> sums = new LinkedHashMap<>();
    int width = 2 + SUMS * measures.size();
    for (int query = 1; query < positions; query++) {
      at(sums, query * positions, width)[0] += 1f / (positions - 1);
      at(sums, query * positions + query, width)[1] += 1f / (positions - 1);
    }
    for (int m = 0; m < measures.size(); m++) {
      addMeasure(sums, measures.get(m), 2 + SUMS * m, width);
    }
    int drawn = measures.stream().mapToInt(one -> one.targets().entries()).sum();
    Sets sets =
        new Sets(width + draws * measures.size(), weights(sums) + Math.multiplyExact(draws, drawn));
    for (int value = 0; value < width; value++) {
      sets.add(sums, value);
    }
    sets.draw(measures, draws, seed);
    cells = owner.create(sets.cells);
    starts = owner.create(sets.starts);
    weights = owner.create(sets.weights);
  }

  /** How many weights there are beside 0. */
  private static int weights(Map<Integer, float[]> sums) {
    int count = 0;
    for (float[] weightsOfCell : sums.values()) {
      for (float weight : weightsOfCell) {
        count += weight == 0 ? 0 : 1;
      }
    }
    return count;
  }

  /** Sets of cells, one behind the other. */
  private static final class Sets {
    private final int[] starts; // [set]
    private final int[] cells;
    private final float[] weights; // [cell]
    private int set;
    private int next;

    private Sets(int sets, int cells) {
      this.starts = new int[sets];
      this.cells = new int[cells];
      this.weights = new float[cells];
    }

    /** The cells of one weighted sum. */
    private void add(Map<Integer, float[]> sums, int value) {
      starts[set++] = next;
      sums.forEach(
          (cell, weightsOfCell) -> {
            if (weightsOfCell[value] != 0) {
              cells[next] = cell;
              weights[next++] = weightsOfCell[value];
            }
          });
    }

    /** The null's cells, all of weight 1: {@code [draw · measure]} sets. */
    private void draw(List<Measure> measures, int draws, long seed) {
      int first = set;
      Arrays.fill(weights, next, weights.length, 1);
      for (int draw = 0; draw < draws; draw++) {
        for (Measure measure : measures) {
          starts[set++] = next;
          next += measure.targets().entries();
        }
      }
      IntStream.range(0, measures.size())
          .parallel()
          .forEach(
              m -> {
                var random = OrdinaryTokens.random(seed + m);
                for (int at = first + m; at < set; at += measures.size()) {
                  measures.get(m).shuffle(random, cells, starts[at]);
                }
              });
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

  /**
   * Reads one layer.
   *
   * @param patterns {@code [row, head, query, key]}
   * @return {@code [2 + SUMS · measure + draw · measure, row · head]}, owned by {@code owner}
   */
  NDArray read(NDArray patterns, NDManager owner) {
    return step("sums", owner, patterns, cells, starts, weights);
  }

  /** The one result of a step of {@code cells.py}. */
  static NDArray step(String method, NDManager owner, Object... arguments) {
    return steps(method, owner, arguments).singletonOrThrow();
  }

  /** The results of a step of {@code cells.py}. */
  static NDList steps(String method, NDManager owner, Object... arguments) {
    return Steps.call(CELLS, method, owner, arguments);
  }
}
