package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.HfConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomMasksTest {
  private static final Path GOLDEN = Path.of("..", "tests", "golden");

  /** A mask of all matrices of a golden model, denser in some than in others. */
  private static Mask mask(MaskBlocks geometry) {
    List<MaskMatrix> matrices = new ArrayList<>();
    for (MaskBlock block : geometry.parts()) {
      var matrix = block.matrix();
      if (matrices.stream().noneMatch(one -> one.name().equals(matrix.name()))) {
        double density = 0.05 + 0.1 * matrices.size() % 0.9;
        matrices.add(
            Samples.matrix(
                matrix.name(), matrix.rows(), matrix.columns(), density, matrices.size()));
      }
    }
    return Mask.of("sample", matrices, MaskProvenance.NONE);
  }

  private static MaskBlocks geometry(String model) {
    return MaskBlocks.of(HfConfig.read(GOLDEN.resolve(model).resolve("config.json")));
  }

  @Test
  void theSameSeedDrawsTheSameAndAnotherDrawsAnother() {
    Mask mask = Samples.mask(1);

    assertThat(RandomMasks.perMatrix(mask, 7).digest())
        .isEqualTo(RandomMasks.perMatrix(mask, 7).digest())
        .isNotEqualTo(RandomMasks.perMatrix(mask, 8).digest());
    assertThat(RandomMasks.perMatrix(mask, 7).byMatrix()).isEqualTo(mask.byMatrix());
  }

  @Test
  void everyWeightIsDrawnEquallyOften() {
    int draws = 20_000;
    int[] drawn = new int[15];
    Random random = new Random(3);
    for (int i = 0; i < draws; i++) {
      RandomMasks.draw(random, 15, 11).stream().forEach(at -> drawn[at]++);
    }
    double expected = draws * 11 / 15.0;
    // Five standard deviations of a binomial count.
    double spread = 5 * Math.sqrt(expected * (1 - 11 / 15.0));
    for (int count : drawn) {
      assertThat((double) count).isCloseTo(expected, within(spread));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "falcon-40b", "phi3-mini-4k", "llama"})
  void controlsByBlockKeepTheCountOfEachBlock(String model) {
    MaskBlocks geometry = geometry(model);
    Mask mask = mask(geometry);

    Mask control = RandomMasks.perBlock(mask, geometry, 1);

    assertThat(geometry.count(control, geometry.parts()))
        .isEqualTo(geometry.count(mask, geometry.parts()));
    assertThat(control.digest()).isNotEqualTo(mask.digest());
    assertThat(control.provenance().get(MaskProvenance.PARENTS)).contains(mask.digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "llama"})
  void controlsByRowKeepTheCountOfEachOutputUnit(String model) {
    MaskBlocks geometry = geometry(model);
    Mask mask = mask(geometry);

    Mask control = RandomMasks.perRow(mask, geometry, 1);

    assertThat(control.digest()).isNotEqualTo(mask.digest());
    for (MaskBlock block : geometry.parts()) {
      assertThat(rowCounts(block, control)).isEqualTo(rowCounts(block, mask));
    }
  }

  private static int[] rowCounts(MaskBlock block, Mask mask) {
    var bits = block.cut(Objects.requireNonNull(mask.matrices().get(block.parameter())).bits());
    int width = block.inputs().size();
    int[] counts = new int[block.outputCount()];
    for (int row = 0; row < counts.length; row++) {
      counts[row] = bits.get(row * width, (row + 1) * width).cardinality();
    }
    return counts;
  }

  @Test
  void controlsByMagnitudeKeepAsManyLargeWeights() {
    MaskMatrix matrix = Samples.matrix("w", 64, 64, 0, 0);
    float[] weights = new float[matrix.total()];
    Random random = new Random(2);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    // Keeps the large weights and a tenth of the others.
    Mask mask =
        Mask.of("large", List.of(matrix), MaskProvenance.NONE)
            .mapped(
                "large",
                MaskProvenance.NONE,
                one -> {
                  var kept = new java.util.BitSet();
                  for (int i = 0; i < weights.length; i++) {
                    kept.set(i, Math.abs(weights[i]) > 1.5 || random.nextInt(10) == 0);
                  }
                  return kept;
                });

    Mask control = RandomMasks.perMagnitude(mask, one -> weights, 1);

    assertThat(control.active()).isEqualTo(mask.active());
    assertThat(control.digest()).isNotEqualTo(mask.digest());
    // Classes of 64 weights: the sums of magnitudes differ by less than a class's spread.
    assertThat(magnitude(control, weights) / magnitude(mask, weights)).isBetween(0.98, 1.02);
    assertThat(magnitude(RandomMasks.perMatrix(mask, 1), weights) / magnitude(mask, weights))
        .isLessThan(0.8);
  }

  private static double magnitude(Mask mask, float[] weights) {
    return mask.matrices().values().iterator().next().kept().stream()
        .mapToDouble(i -> Math.abs(weights[i]))
        .sum();
  }

  @Test
  void aBiasHasNoBlocks() {
    MaskBlocks geometry = geometry("gpt2");
    List<MaskMatrix> matrices = new ArrayList<>(mask(geometry).matrices().values());
    matrices.add(Samples.matrix("transformer.h.0.ln_1.bias", 16, 1, 0.5, 1));

    assertThatThrownBy(
            () -> RandomMasks.perBlock(Mask.of("m", matrices, MaskProvenance.NONE), geometry, 1))
        .hasMessageContaining("'transformer.h.0.ln_1.bias' is no attention or MLP matrix");
  }
}
