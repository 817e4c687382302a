package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.causal.Effect;
import circuitscope.heads.causal.RandomSets;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.family.Families;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;

/** Sets to compare with, and where a set stands among them. */
final class RandomSetsTest {
  private static final List<HeadName> FOUND =
      List.of(HeadName.parse("L0H1"), HeadName.parse("L2H0"), HeadName.parse("L2H3"));

  private static DecoderSpec spec() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", "gpt2"))) {
      return Families.of(checkpoint.config()).spec(checkpoint.config());
    }
  }

  @Test
  void drawnSetsAreDifferentAndNoneIsTheFoundOne() {
    List<SortedSet<HeadName>> sets = RandomSets.draw(FOUND, spec(), RandomSets.Match.SIZE, 100, 5);

    assertThat(sets).hasSize(100).doesNotHaveDuplicates();
    assertThat(sets).allMatch(set -> set.size() == 3 && !set.containsAll(FOUND));
    assertThat(sets).isEqualTo(RandomSets.draw(FOUND, spec(), RandomSets.Match.SIZE, 100, 5));
    assertThat(sets).isNotEqualTo(RandomSets.draw(FOUND, spec(), RandomSets.Match.SIZE, 100, 6));
  }

  @Test
  void setsMatchedByLayerHaveAsManyHeadsInEach() {
    for (SortedSet<HeadName> set : RandomSets.draw(FOUND, spec(), RandomSets.Match.LAYER, 20, 5)) {
      assertThat(set.stream().map(HeadName::layer)).containsExactly(0, 2, 2);
    }
  }

  @Test
  void whereThereAreFewSetsAllAreTaken() {
    int heads = spec().attention().heads();
    List<HeadName> one = List.of(new HeadName(1, 0));

    assertThat(RandomSets.draw(one, spec(), RandomSets.Match.LAYER, 1000, 5)).hasSize(heads - 1);
    assertThat(new HashSet<>(RandomSets.draw(one, spec(), RandomSets.Match.SIZE, 1000, 5)))
        .hasSize(spec().layers() * heads - 1);
  }

  @Test
  void rankAndTailShareCountTheSetsThatCostAsMuch() {
    double[] effects = {0, 1, 2, 3, 4, 4, 6, 7, 8};

    Effect.Random random = Effect.Random.of(4, effects);

    assertThat(random.rank()).isEqualTo(4); // 6, 7 and 8 are larger
    assertThat(random.tailShare()).isCloseTo(6.0 / 10, within(1e-12)); // and 4 and 4 as large
    assertThat(random.median()).isEqualTo(4);
    assertThat(random.low()).isCloseTo(0.2, within(1e-12)); // 0.025 of the way through 8 gaps
    assertThat(random.high()).isCloseTo(7.8, within(1e-12));
    assertThat(Effect.Random.of(9, effects).tailShare()).isCloseTo(0.1, within(1e-12));
  }
}
