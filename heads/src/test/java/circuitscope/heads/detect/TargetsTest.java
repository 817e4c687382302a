package circuitscope.heads.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.RepeatedBlocks.Bos;
import circuitscope.heads.detect.RepeatedBlocks.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class TargetsTest {
  private static final Protocol OURS = Protocols.repeatedBlock(Bos.NONE, 4, 1);

  @Test
  void olssonsPrefixMatchingHas150EntriesIn75RowsAnd147WithThePredecessor() {
    Targets followers = olsson("olsson-prefix-matching");
    assertThat(followers.entries()).isEqualTo(150);
    assertThat(followers.rows().cardinality()).isEqualTo(75);
    // The first query of the second block looks right behind the start of the first, not at it.
    assertThat(followers.queries()[0]).isEqualTo(26);
    assertThat(followers.keys()[0]).isEqualTo(2);
    assertThat(olsson("olsson-prefix-matching-before").entries()).isEqualTo(147);
  }

  private static Targets olsson(String name) {
    Protocol protocol = Protocols.find(name, OURS);
    RepeatedBlocks tokens = protocol.tokens();
    int[] row = tokens.draw(1000, null, 7, 0)[0];
    assertThat(row).hasSize(101).startsWith(7);
    return protocol.rule().targets(Kind.INDUCTION, row, tokens.layout());
  }

  @Test
  void theEntryMeanOfAPerfectHeadIsAHalfWhereItsMassIsOne() {
    Measure measure = Measure.of(Kind.INDUCTION, olsson("olsson-prefix-matching"), false, false);
    Counting.Rest nothingExcluded = measure.rest(0, 0);
    assertThat(Counting.MASS_PER_ROW.score(75, nothingExcluded)).isEqualTo(1);
    assertThat(Counting.ENTRY_MEAN.score(75, nothingExcluded)).isEqualTo(0.5);
  }

  @Test
  void theDemosCountTheLastTokenOfTheFirstBlockToo() {
    Protocol demo = Protocols.find("transformerlens-main-demo", OURS);
    Targets targets = demo.rule().targets(Kind.INDUCTION, new int[100], demo.tokens().layout());
    assertThat(targets.entries()).isEqualTo(51);
    assertThat(targets.queries()[0]).isEqualTo(49);
    assertThat(targets.keys()[0]).isZero();
  }

  @Test
  void tokensByTokenFollowTransformerLens() {
    int[] ids = {5, 7, 7, 5};
    assertThat(Targets.sameToken(ids)).isEqualTo(of(4, new int[] {2, 3}, new int[] {1, 0}));
    // A token right after its own copy looks at itself.
    assertThat(Targets.afterSameToken(ids)).isEqualTo(of(4, new int[] {2, 3}, new int[] {2, 1}));
    assertThat(Targets.token(ids, 7, 1)).isEqualTo(of(4, new int[] {2, 3, 3}, new int[] {2, 2, 3}));
  }

  private static Targets of(int positions, int[] queries, int[] keys) {
    return new Targets(positions, queries, keys);
  }

  @Test
  void absIsUnboundedBelowWhereRowsHoldManyTargets() {
    int[] ids = new int[40];
    Measure measure = Measure.of(Kind.DUPLICATE, Targets.sameToken(ids), false, false);
    // All attention on key 0: each of 39 queries meets one of its targets and misses the rest.
    assertThat(Counting.ABS.score(39, measure.rest(0, 0))).isLessThan(-9);
  }

  @Test
  void aStartTokenBeforeTheBlockIsFoundAndANoRepetitionRefused() {
    int[][] plain = {{3, 4, 5, 3, 4, 5}};
    int[][] behind = {{9, 3, 4, 5, 3, 4, 5}};
    assertThat(Layout.of(plain, null)).isEqualTo(new Layout(0, 3, 2));
    assertThat(Layout.of(behind, null)).isEqualTo(new Layout(1, 3, 2));
    assertThat(Layout.of(behind, 3)).isEqualTo(new Layout(1, 3, 2));
    assertThat(Layout.of(new int[][] {{3, 4, 3, 4, 3, 4, 8}}, 2)).isEqualTo(new Layout(0, 2, 2));
    assertThatThrownBy(() -> Layout.of(plain, 2)).hasMessageContaining("does not repeat");
  }

  @Test
  void shufflesStayInSightAndClearOfWhatIsExcluded() {
    Measure measure = Measure.of(Kind.DUPLICATE, Targets.sameToken(new int[30]), true, true);
    int[] cells = new int[measure.targets().entries()];
    measure.shuffle(RandomGenerator.getDefault(), cells, 0);
    assertThat(Arrays.stream(cells).distinct().count()).isEqualTo(cells.length);
    for (long cell : cells) {
      assertThat(cell % 30).isLessThan(cell / 30).isPositive();
    }
  }

  @Test
  void uniformAttentionHasItsClosedForm() {
    Measure previous = Measure.of(Kind.PREVIOUS, Targets.diagonal(4, 1, 1, 4), false, false);
    assertThat(previous.uniform(Counting.MASS_PER_ROW))
        .isCloseTo((1 / 2.0 + 1 / 3.0 + 1 / 4.0) / 3, within(1e-12));
    Measure excluding = Measure.of(Kind.PREVIOUS, Targets.diagonal(4, 1, 1, 4), true, true);
    // Left are key 1 of query 2 and keys 1 and 2 of query 3, of which two are targets.
    assertThat(excluding.uniform(Counting.MUL))
        .isCloseTo((1 / 3.0 + 1 / 4.0) / (1 / 3.0 + 2 / 4.0), within(1e-12));
  }

  @Test
  void samplersKeepToTheirRules() {
    int[][] ordinary = Sampler.ORDINARY.draw(3, 50, 60, null, 1);
    for (int[] block : ordinary) {
      assertThat(Arrays.stream(block).distinct().count()).isEqualTo(50);
    }
    int[] trimmed = Sampler.WITHOUT_EXTREMES.draw(1, 90, 100, null, 1)[0];
    assertThat(Arrays.stream(trimmed).min().orElse(0)).isEqualTo(5);
    assertThat(Arrays.stream(trimmed).max().orElse(0)).isEqualTo(94);
    assertThatThrownBy(() -> Sampler.range(1000, 10_000).draw(1, 50, 257, null, 1))
        .hasMessageContaining("vocabulary of 257");
    RepeatedBlocks over = new RepeatedBlocks(Sampler.ORDINARY, Bos.OVERWRITES, 3, 2, 1);
    int[] row = over.draw(60, null, 59, 1)[0];
    assertThat(row).hasSize(6).startsWith(59);
    assertThat(List.of(row[4], row[5])).isEqualTo(List.of(row[1], row[2]));
  }
}
