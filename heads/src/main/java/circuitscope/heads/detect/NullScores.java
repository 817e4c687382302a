package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The scores of shuffled targets, averaged over rows as the score is. They are computed where the
 * patterns lie, and only sums over rows leave the device.
 */
final class NullScores {
  /** A score that is wanted. */
  record Wanted(int measure, Counting counting) {}

  private final Map<Counting, List<Integer>> measures = new EnumMap<>(Counting.class);
  private final Map<Wanted, Mean> means = new HashMap<>();
  private final int draws;

  /**
   * A mean that grows with the rows.
   *
   * @param rows of all, that have a score
   * @param scores {@code [draw][head]}
   */
  @SuppressWarnings("ArrayRecordComponent") // filled here, never compared
  private record Mean(int rows, double[][] scores) {}

  /**
   * Scores of nothing yet.
   *
   * @param rows that will have each of the scores
   */
  NullScores(Map<Wanted, Integer> rows, int draws, int heads) {
    this.draws = draws;
    rows.forEach(
        (wanted, count) -> {
          measures
              .computeIfAbsent(wanted.counting(), key -> new ArrayList<>())
              .add(wanted.measure());
          means.put(wanted, new Mean(count, new double[draws][heads]));
        });
  }

  /**
   * Rows that run together, and what their scores take that is no attention. It is laid out before
   * the model runs: to bring it to the device later would wait for all that runs there.
   *
   * @param rows {@code [row][measure]}
   */
  Piece piece(List<List<Measure>> rows, NDManager owner) {
    Map<Counting, Constants> constants = new EnumMap<>(Counting.class);
    measures.forEach(
        (counting, which) ->
            constants.put(
                counting,
                new Constants(
                    owner.create(which.stream().mapToLong(measure -> measure).toArray()),
                    counts(which, rows, one -> one.targets().entries(), owner),
                    counts(which, rows, Measure::targetRows, owner))));
    return new Piece(rows, constants);
  }

  /**
   * As cells.py has them.
   *
   * @param which {@code [measure]}
   * @param entries {@code [measure, row, 1]} of targets
   * @param targetRows {@code [measure, row, 1]} queries with a target
   */
  private record Constants(NDArray which, NDArray entries, NDArray targetRows) {}

  /** Rows that run together. */
  final class Piece {
    private final List<List<Measure>> rows;
    private final Map<Counting, Constants> constants;

    private Piece(List<List<Measure>> rows, Map<Counting, Constants> constants) {
      this.rows = rows;
      this.constants = constants;
    }

    /**
     * Takes in their scores.
     *
     * @param values {@code [layer, value, row · head]} as {@link RowPlan#read} orders them
     */
    void add(NDArray values) {
      long layers = values.getShape().get(0);
      long heads = values.getShape().get(2) / rows.size();
      long width = rows.getFirst().size();
      long first = 2 + RowPlan.SUMS * width;
      long positions = rows.getFirst().getFirst().targets().positions();
      try (NDManager scope = values.getManager().newSubManager()) {
        NDArray masses =
            values
                .get(scope, new NDIndex(":, {}:", first))
                .reshape(layers, draws, width, rows.size(), heads);
        NDArray excluded =
            values
                .get(scope, new NDIndex(":, 2:{}", first))
                .reshape(layers, width, RowPlan.SUMS, rows.size(), heads);
        Map<Counting, NDArray> scores = new EnumMap<>(Counting.class);
        constants.forEach(
            (counting, one) ->
                scores.put(
                    counting,
                    RowPlan.step(
                        "nulls",
                        scope,
                        masses,
                        excluded,
                        one.which(),
                        one.entries(),
                        one.targetRows(),
                        counting.name(),
                        positions)));
        scores.forEach(NullScores.this::add);
      }
    }
  }

  /**
   * Adds scores to those of other rows.
   *
   * @param overRows {@code [layer, draw, measure, head]}
   */
  private void add(Counting counting, NDArray overRows) {
    int layers = (int) overRows.getShape().get(0);
    int heads = (int) overRows.getShape().get(3);
    float[] scores = overRows.toFloatArray();
    List<Mean> into =
        Objects.requireNonNull(measures.get(counting)).stream()
            .map(measure -> Objects.requireNonNull(means.get(new Wanted(measure, counting))))
            .toList();
    int at = 0;
    for (int layer = 0; layer < layers; layer++) {
      for (int draw = 0; draw < draws; draw++) {
        for (Mean mean : into) {
          double[] ofHeads = mean.scores()[draw];
          for (int head = 0; head < heads; head++) {
            ofHeads[layer * heads + head] += (double) scores[at++] / mean.rows();
          }
        }
      }
    }
  }

  private interface Count {
    int of(Measure measure);
  }

  /** {@code [measure, row, 1]}. */
  private static NDArray counts(
      List<Integer> which, List<List<Measure>> rows, Count count, NDManager owner) {
    float[] counts = new float[which.size() * rows.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = count.of(rows.get(i % rows.size()).get(which.get(i / rows.size())));
    }
    return owner.create(counts, new Shape(which.size(), rows.size(), 1));
  }

  /** {@code [draw][head]}, once all rows are in. */
  double[][] means(Wanted wanted) {
    return Objects.requireNonNull(means.get(wanted)).scores();
  }
}
