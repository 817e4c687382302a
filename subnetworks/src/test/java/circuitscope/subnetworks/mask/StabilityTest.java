package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Counted by hand on a Llama layer whose matrices are all full but two. */
final class StabilityTest {
  private static final Path CONFIG = Path.of("..", "tests", "golden", "llama", "config.json");

  /** gate keeps 4, 4, 4 of N with 2 shared by all; down keeps none; the rest of each mask none. */
  @Test
  void iouCoreAndChanceAreThoseCountedByHand() throws IOException {
    MaskBlocks geometry = MaskBlocks.of(HfConfig.read(CONFIG));
    Stability stability =
        new Stability(
            List.of(
                mask(geometry, "a", 0, 1, 2, 3),
                mask(geometry, "b", 0, 1, 4, 5),
                mask(geometry, "c", 0, 1, 2, 6)),
            geometry);

    StabilityResult result =
        StabilityResult.of(stability, stability.core(), stability.optional(), Progress.silent());

    // a and b share 2 of 6, a and c 3 of 5, b and c 2 of 6
    assertThat(result.pairs()).extracting(StabilityResult.Pair::both).containsExactly(2L, 3L, 2L);
    assertThat(result.pairs().get(0).iou()).isCloseTo(2 / 6.0, within(1e-12));
    assertThat(result.pairs().get(1).iou()).isCloseTo(3 / 5.0, within(1e-12));
    assertThat(result.meanIou()).isCloseTo((2 / 6.0 + 3 / 5.0 + 2 / 6.0) / 3, within(1e-12));
    // by chance 4 x 4 / N are shared, and 4 x 4 x 4 / N^2 are in all three
    double n = gate(geometry).size();
    double shared = 16 / n;
    assertThat(result.meanExpectedIou()).isCloseTo(shared / (8 - shared), within(1e-12));
    assertThat(result.expectedCore()).isCloseTo(64 / n / n, within(1e-12));
    assertThat(result.pairs().getFirst().z())
        .isCloseTo(
            (2 - shared) / Math.sqrt(shared * (1 - 4 / n) * (n - 4) / (n - 1)), within(1e-9));
    assertThat(result.core()).isEqualTo(2);
    assertThat(result.optional()).isEqualTo(5);
    // 3, 4, 5 and 6 by one, 2 by two, 0 and 1 by all
    assertThat(result.keptBy()).containsExactly(0, 4, 1, 2);
    MaskMatrix core = stability.core().matrices().get(gate(geometry).parameter());
    assertThat(Objects.requireNonNull(core).kept()).isEqualTo(BitSet.valueOf(new long[] {0b11}));
    assertThat(result.blocks())
        .filteredOn(block -> block.part().equals("o"))
        .allMatch(block -> block.iou() == null);
  }

  @Test
  void oneMaskHasNoStability() throws IOException {
    MaskBlocks geometry = MaskBlocks.of(HfConfig.read(CONFIG));
    Mask mask = mask(geometry, "a", 0);
    assertThatThrownBy(() -> new Stability(List.of(mask), geometry))
        .isInstanceOf(MaskException.class);
  }

  private static MaskBlock gate(MaskBlocks geometry) {
    return geometry.parts().stream()
        .filter(block -> block.part() == MaskBlock.Part.GATE && block.layer() == 0)
        .findFirst()
        .orElseThrow();
  }

  /** Nothing kept but some weights of the first layer's gate. */
  private static Mask mask(MaskBlocks geometry, String name, int... kept) {
    Map<String, BitSet> bits = new TreeMap<>();
    BitSet own = new BitSet();
    for (int i : kept) {
      own.set(i);
    }
    bits.put(gate(geometry).parameter(), own);
    List<MaskMatrix> matrices = new ArrayList<>();
    geometry.parts().stream()
        .map(MaskBlock::matrix)
        .distinct()
        .forEach(
            matrix ->
                matrices.add(
                    new MaskMatrix(
                        matrix.name(),
                        matrix.rows(),
                        matrix.columns(),
                        bits.getOrDefault(matrix.name(), new BitSet()))));
    return Mask.of(name, matrices, MaskProvenance.NONE);
  }
}
