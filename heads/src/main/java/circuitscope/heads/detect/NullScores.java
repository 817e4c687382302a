package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The scores of shuffled targets, averaged over rows as the score is. They are computed, and what
 * chance gives read off them, where the patterns lie.
 */
final class NullScores {
  /** A score that is wanted. */
  record Wanted(int measure, Counting counting) {}

  private final List<Wanted> wanted; // those of one counting together
  private final String countings; // [wanted]
  private final long draws;
  private final NDArray which; // [wanted]
  private final NDArray rows; // [wanted, 1, 1] of all, that have a score
  private @Nullable NDArray scores; // [wanted, draw, head], summed over rows

  /**
   * Scores of nothing yet.
   *
   * @param rows that will have each of the scores, of which there is at least one
   * @param owner of what is kept on the device
   */
  NullScores(Map<Wanted, Integer> rows, int draws, NDManager owner) {
    this.draws = draws;
    this.wanted = rows.keySet().stream().sorted(Comparator.comparing(Wanted::counting)).toList();
    this.countings =
        wanted.stream().map(one -> one.counting().name()).collect(Collectors.joining(" "));
    this.which = owner.create(wanted.stream().mapToLong(Wanted::measure).toArray());
    this.rows =
        owner.create(
            wanted.stream().mapToDouble(rows::get).toArray(), new Shape(wanted.size(), 1, 1));
  }

  /**
   * Rows that run together, and what their scores take that is no attention. It is laid out before
   * the model runs: to bring it to the device later would wait for all that runs there.
   *
   * @param together {@code [row][measure]}
   */
  Piece piece(List<List<Measure>> together, NDManager owner) {
    int measures = together.getFirst().size();
    float[] counts = new float[2 * measures * together.size()];
    for (int measure = 0; measure < measures; measure++) {
      for (int row = 0; row < together.size(); row++) {
        int at = measure * together.size() + row;
        Measure one = together.get(row).get(measure);
        counts[at] = one.targets().entries();
        counts[counts.length / 2 + at] = one.targetRows();
      }
    }
    return new Piece(
        together.getFirst().getFirst().targets().positions(),
        owner.create(counts, new Shape(2, measures, together.size(), 1)));
  }

  /** Rows that run together; {@code counts} as cells.py has them. */
  final class Piece {
    private final long positions;
    private final NDArray counts;

    private Piece(long positions, NDArray counts) {
      this.positions = positions;
      this.counts = counts;
    }

    /**
     * Takes in their scores.
     *
     * @param layers {@code [value, row · head]} of each as {@link RowPlan#read} gives them
     * @return {@code [layer, value, row · head]} of the values before those of the null
     */
    NDArray add(NDList layers, NDManager owner) {
      NDList results = RowPlan.steps("nulls", owner, layers, counts, which, countings, positions);
      NDArray sum = results.get(0);
      if (scores != null) {
        sum = scores.add(sum); // what a step returns cannot be changed in place
        scores.close();
      }
      sum.attach(rows.getManager());
      scores = sum;
      return results.get(1);
    }
  }

  /**
   * What they come to, once all rows are in.
   *
   * @throws IllegalStateException when none is
   */
  Map<Wanted, Chance> chances() {
    if (scores == null) {
      throw new IllegalStateException("no rows");
    }
    double[] values;
    try (NDArray both =
        RowPlan.step("chance", rows.getManager(), scores, rows, Chance.rank(draws))) {
      values = both.toDoubleArray();
    }
    int half = values.length / 2; // means, then percentiles
    int width = half / wanted.size();
    Map<Wanted, Chance> chances = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      int at = i * width;
      double[] means = Arrays.copyOfRange(values, at, at + width);
      double[] percentiles = Arrays.copyOfRange(values, half + at, half + at + width);
      chances.put(wanted.get(i), Chance.of(means, percentiles));
    }
    return chances;
  }
}
