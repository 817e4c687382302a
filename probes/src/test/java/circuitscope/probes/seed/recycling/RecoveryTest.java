package circuitscope.probes.seed.recycling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.seed.attention.AttentionReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One query, u = 3, of two heads that share their keys; K = 1, s = 1 and 2. */
final class RecoveryTest {
  private static final double ROUNDING = 1e-6; // weights are floats

  private static final AttentionSpec SPEC =
      new AttentionSpec(
          2,
          1,
          1,
          AttentionSpec.Projection.SEPARATE,
          List.of(1.0),
          List.of(0),
          0,
          AttentionSpec.QueryKeyNorm.NONE);

  private static final float[] PATTERN = {
    1,
    0,
    0,
    0, //
    .5f,
    .5f,
    0,
    0, //
    .6f,
    .3f,
    .1f,
    0, //
    .4f,
    .3f,
    .2f,
    .1f, // of head 0, query 3
    1,
    0,
    0,
    0, //
    .1f,
    .9f,
    0,
    0, //
    .2f,
    .1f,
    .7f,
    0, //
    .1f,
    .1f,
    .1f,
    .7f // of head 1, query 3
  };

  private static Recovery of(int head) {
    AttentionReader.Layer layer =
        new AttentionReader.Layer(0, SPEC, 1, 4, new float[8], new float[4], PATTERN);
    return Recovery.of(layer, 0, head, new Recovery.Plan(List.of(1, 2), List.of(1), 1, 3));
  }

  @Test
  void theSetOfAGroupIsTheBestOfItsHeads() {
    Recovery first = of(0);
    Recovery second = of(1);

    // Query 2 is best at key 2 (head 1: .7), query 1 at key 1 (.9), query 3 at key 3 (.7).
    assertThat(first.mass(Recovery.Choice.RECYCLED, 0, 0, false)).isCloseTo(.2, within(ROUNDING));
    assertThat(first.mass(Recovery.Choice.RECYCLED, 1, 0, false)).isCloseTo(.3, within(ROUNDING));
    assertThat(first.mass(Recovery.Choice.ORACLE, 0, 0, false)).isCloseTo(.1, within(ROUNDING));
    assertThat(second.mass(Recovery.Choice.ORACLE, 0, 0, false)).isCloseTo(.7, within(ROUNDING));
    // One key is the first one; drawn at random it holds a quarter.
    assertThat(first.mass(Recovery.Choice.RECENT, 0, 0, false)).isCloseTo(.4, within(ROUNDING));
    assertThat(first.mass(Recovery.Choice.RANDOM, 0, 0, false)).isCloseTo(.25, within(ROUNDING));
    // The one key since takes the only place.
    assertThat(second.mass(Recovery.Choice.REFRESHED, 0, 0, false)).isCloseTo(.7, within(ROUNDING));
  }

  @Test
  void theFirstKeyIsNeitherChosenNorCountedWhenItIsLeftOut() {
    Recovery first = of(0);

    assertThat(first.total(false)).isCloseTo(1, within(ROUNDING));
    assertThat(first.total(true)).isCloseTo(.6, within(ROUNDING));
    assertThat(first.mass(Recovery.Choice.RECENT, 0, 0, true)).isCloseTo(.3, within(ROUNDING));
    assertThat(first.mass(Recovery.Choice.RANDOM, 0, 0, true)).isCloseTo(.2, within(ROUNDING));
  }
}
