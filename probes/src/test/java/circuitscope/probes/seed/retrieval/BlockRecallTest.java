package circuitscope.probes.seed.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.seed.attention.AttentionReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Six tokens, one head of width 1: an initial token, blocks {1}, {2} and {3}, a local window of 1.
 */
final class BlockRecallTest {
  private static final AttentionSpec SPEC =
      new AttentionSpec(
          1,
          1,
          1,
          AttentionSpec.Projection.SEPARATE,
          List.of(1.0),
          List.of(0),
          0,
          AttentionSpec.QueryKeyNorm.NONE);

  @Test
  void theBlockWithTheLargestProductIsFetched() {
    float[] pattern = new float[36];
    float[] weights = {.3f, .1f, .2f, .05f, .15f, .2f}; // of query 5
    System.arraycopy(weights, 0, pattern, 30, 6);
    float[] queries = {1, 1, 1, 1, 1, 2};
    float[] keys = {9, -1, 3, 1, 5, 7};
    AttentionReader.Layer layer = new AttentionReader.Layer(0, SPEC, 1, 6, queries, keys, pattern);

    BlockRecall recall =
        BlockRecall.of(layer, 0, 0, new BlockRecall.Plan(1, 1, 1, 1, 1, List.of(1, 2)));

    // Query 5 asks of blocks 1 to 3 (keys −1, 3, 1): key 2 first, then key 3.
    assertThat(recall.far()).isCloseTo(.35, within(1e-6));
    assertThat(recall.mass(BlockRecall.Choice.RETRIEVED, 0)).isCloseTo(.2, within(1e-6));
    assertThat(recall.mass(BlockRecall.Choice.RETRIEVED, 1)).isCloseTo(.25, within(1e-6));
    assertThat(recall.mass(BlockRecall.Choice.RECENT, 0)).isCloseTo(.05, within(1e-6));
    assertThat(recall.mass(BlockRecall.Choice.ORACLE, 1)).isCloseTo(.3, within(1e-6));
    assertThat(recall.mass(BlockRecall.Choice.RANDOM, 1)).isCloseTo(.35 * 2 / 3, within(1e-6));
    assertThat(recall.first()).isCloseTo(.3, within(1e-6));
  }
}
