package circuitscope.heads.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.detect.HeadScores.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The step's formulas against those of {@link Counting}, one number at a time. */
final class NullScoresTest {
  private static final int LAYERS = 2;
  private static final int HEADS = 3;
  private static final int DRAWS = 4;

  /** Single precision; and a rounded score may fall to the other side of a thousandth. */
  private static final double TOLERANCE = 1e-5;

  private static final double THOUSANDTH = 1.001e-3;

  /** The second row repeats nothing, so its duplicate kind has no target. */
  private static final List<List<Measure>> ROWS =
      List.of(measures(5, 6, 7, 5, 6, 7, 5, 5), measures(1, 2, 3, 4, 5, 6, 7, 8));

  private static List<Measure> measures(int... ids) {
    Targets previous = Targets.diagonal(ids.length, 1, 1, ids.length);
    return List.of(
        Measure.of(Kind.PREVIOUS, previous, true, true),
        Measure.of(Kind.DUPLICATE, Targets.sameToken(ids), false, false));
  }

  @ParameterizedTest
  @EnumSource(Counting.class)
  void scoresAreThoseOfOneHeadAtATime(Counting counting) {
    int width = 2 + RowPlan.SUMS * 2 + DRAWS * 2;
    Random random = new Random(1);
    float[] values = new float[LAYERS * width * 2 * HEADS];
    for (int i = 0; i < values.length; i++) {
      int value = i / (2 * HEADS) % width;
      boolean ofDuplicates = value == 7 || (value >= 8 && value % 2 == 1);
      boolean noCells = ofDuplicates && i / HEADS % 2 == 1; // the second row: sums over nothing
      values[i] = noCells ? 0 : random.nextFloat();
    }
    Map<NullScores.Wanted, Integer> rows = new LinkedHashMap<>();
    for (int measure : new int[] {1, 0}) {
      rows.put(new NullScores.Wanted(measure, counting), counted(measure, counting).size());
    }
    Map<NullScores.Wanted, Chance> chances;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
      NullScores scores = new NullScores(rows, DRAWS, manager);
      NDArray array = manager.create(values, new Shape((long) LAYERS * width, 2L * HEADS));
      float[] sums =
          scores.piece(ROWS, manager).add(new NDList(array.split(LAYERS)), manager).toFloatArray();
      assertThat(sums).hasSize(LAYERS * (2 + RowPlan.SUMS * 2) * 2 * HEADS);
      assertThat(sums[sums.length - 1]).isEqualTo(at(values, width, 7, 1, LAYERS * HEADS - 1));
      chances = scores.chances();
    }
    Offset<Double> close = within(counting == Counting.ABS ? THOUSANDTH : TOLERANCE);
    for (NullScores.Wanted one : rows.keySet()) {
      List<Integer> counted = counted(one.measure(), counting);
      double[][] means = new double[DRAWS][LAYERS * HEADS];
      for (int draw = 0; draw < DRAWS; draw++) {
        for (int head = 0; head < LAYERS * HEADS; head++) {
          for (int row : counted) {
            double score = score(values, width, counting, one.measure(), draw, row, head);
            means[draw][head] += score / counted.size();
          }
        }
      }
      Chance expected = Chance.of(means);
      Chance chance = Objects.requireNonNull(chances.get(one));
      assertThat(chance.mean()).as("mean of %s", one).containsExactly(expected.mean(), close);
      assertThat(chance.percentile95())
          .as("95th percentile of %s", one)
          .containsExactly(expected.percentile95(), close);
      assertThat(chance.maximum().mean()).isCloseTo(expected.maximum().mean(), close);
      assertThat(chance.maximum().percentile95())
          .isCloseTo(expected.maximum().percentile95(), close);
    }
  }

  private static List<Integer> counted(int measure, Counting counting) {
    return IntStream.range(0, ROWS.size())
        .filter(row -> !counting.needsTargets() || ROWS.get(row).get(measure).targetRows() > 0)
        .boxed()
        .toList();
  }

  private static double score(
      float[] values, int width, Counting counting, int measure, int draw, int row, int head) {
    int sums = 2 + RowPlan.SUMS * measure;
    int mass = 2 + RowPlan.SUMS * 2 + draw * 2 + measure;
    Counting.Rest rest =
        ROWS.get(row)
            .get(measure)
            .rest(at(values, width, sums + 1, row, head), at(values, width, sums + 2, row, head));
    return counting.score(at(values, width, mass, row, head), rest);
  }

  private static float at(float[] values, int width, int value, int row, int head) {
    return values[((head / HEADS * width + value) * 2 + row) * HEADS + head % HEADS];
  }
}
