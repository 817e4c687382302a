package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import circuitscope.tests.heads.HandMadeModels.HandMade;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The attention of the hand-made models is what they were made for, entry by entry. */
final class HandMadeModelsTest {
  /** Scores of up to 120 in FP32, through norms that are constant to 2e-5. */
  private static final float TOLERANCE = 2e-3f;

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void theMatchingHeadAttendsToTheFollowersOfExactlyThatManyTokens(int order) {
    // So few tokens that matches of all lengths occur, and so many that some rows have none.
    HandMade made = HandMadeModels.ngram(order, 6, temporary);
    int[] ids = HandMadeModels.randomTokens(made, 120, 7);

    float[] pattern = pattern(made, made.matchingHead(), ids);

    int matched = 0;
    for (int query = 0; query < ids.length; query++) {
      int i = query;
      int[] followers =
          IntStream.rangeClosed(order - 1, i).filter(j -> follows(ids, i, j, order - 1)).toArray();
      matched += followers.length > 0 ? 1 : 0;
      int[] expected = followers.length > 0 ? followers : new int[] {0};
      assertUniformOver(expected, pattern, query, ids.length);
    }
    assertThat(matched).isBetween(5, ids.length - order);
  }

  /** Whether the {@code length} tokens before key j are those that end at query i. */
  private static boolean follows(int[] ids, int i, int j, int length) {
    IntPredicate same = m -> ids[i - m] == ids[j - 1 - m];
    return i >= length - 1 && IntStream.range(0, length).allMatch(same);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void eachOffsetHeadAttendsToItsOffset(int order) {
    HandMade made = HandMadeModels.ngram(order, 6, temporary);
    int[] ids = HandMadeModels.randomTokens(made, made.context(), 7);

    for (int offset = 1; offset < order; offset++) {
      float[] pattern = pattern(made, made.offsetHeads().get(offset - 1), ids);
      for (int query = offset; query < ids.length; query++) {
        assertUniformOver(new int[] {query - offset}, pattern, query, ids.length);
      }
    }
  }

  @Test
  void idleHeadsAttendToEverythingEqually() {
    HandMade made = HandMadeModels.induction(temporary);
    int[] ids = HandMadeModels.repeatedBlock(made, 25, 2, 7);

    assertThat(made.idleHeads()).hasSize(5);
    for (HeadName head : made.idleHeads()) {
      float[] pattern = pattern(made, head, ids);
      for (int query = 0; query < ids.length; query++) {
        assertUniformOver(IntStream.rangeClosed(0, query).toArray(), pattern, query, ids.length);
      }
    }
  }

  @Test
  void theInductionModelKnowsNothingOfTheFirstBlockAndAllOfItsRepeats() {
    HandMade made = HandMadeModels.induction(temporary);
    int[] ids = HandMadeModels.repeatedBlock(made, 25, 4, 7);

    try (Checkpoint checkpoint = Checkpoint.open(made.folder());
        Model model = load(checkpoint)) {
      float[] losses = model.tokenLosses(TokenBatch.of(ids), Taps.NONE)[0];

      // Rows 0 to 24 predict the first block: the head rests on the end of text and says nothing.
      for (float loss : Arrays.copyOf(losses, 25)) {
        assertThat(loss).isCloseTo((float) Math.log(made.vocab()), within(1e-3f));
      }
      // Row 25 predicts the first repeated token, before any token was seen again.
      for (float loss : Arrays.copyOfRange(losses, 26, losses.length)) {
        assertThat(loss).isLessThan(1e-4f);
      }
    }
  }

  private static void assertUniformOver(int[] keys, float[] pattern, int query, int positions) {
    for (int key : keys) {
      assertThat(pattern[query * positions + key])
          .as("query %d, key %d of %s", query, key, Arrays.toString(keys))
          .isCloseTo(1f / keys.length, within(TOLERANCE));
    }
  }

  private static float[] pattern(HandMade made, HeadName head, int[] ids) {
    Site site = Site.of(SiteKind.PATTERN, head.layer());
    try (Checkpoint checkpoint = Checkpoint.open(made.folder());
        Model model = load(checkpoint);
        Trace trace =
            Recorder.of(model.spec(), Map.of(site, Selection.ofHeads(head.head())))
                .record(model, TokenBatch.of(ids))) {
      return trace.values(site); // [query, key]
    }
  }

  private static Model load(Checkpoint checkpoint) {
    return Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
  }
}
