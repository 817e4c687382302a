package circuitscope.probes.seed.recall;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SetTaskTest {
  private static SetTask.Example draw(int copies) {
    return SetTask.ids().draw(new int[] {4, 16}, copies, 0, -1, new SplittableRandom(7));
  }

  @Test
  void thePapersLayoutSharesOneToken() {
    SetTask.Example example = draw(1);
    int[] tokens = example.tokens();
    assertThat(tokens).hasSize(1 + 4 + 1 + 16 + 1);
    assertThat(new int[] {tokens[0], tokens[5], tokens[22]}).containsExactly(1, 2, 3);
    int[] one = Arrays.copyOfRange(tokens, 1, 5);
    int[] two = Arrays.copyOfRange(tokens, 6, 22);
    int[] both = Arrays.stream(one).filter(id -> contains(two, id)).toArray();
    assertThat(both).containsExactly(example.answer());
    assertThat(example.listed()).hasSize(4 + 16 - 1);
    for (int place : example.shared()) {
      assertThat(tokens[place]).isEqualTo(example.answer());
    }
    for (int place : example.others()) {
      assertThat(tokens[place]).isNotEqualTo(example.answer());
    }
  }

  @Test
  void readTwiceTheSameListsComeAgainAndThePlacesAreTheLast() {
    int[] once = draw(1).tokens();
    SetTask.Example twice = draw(2);
    assertThat(twice.tokens()).hasSize(2 * (once.length - 1) + 1);
    assertThat(twice.tokens()).startsWith(Arrays.copyOf(once, once.length - 1)).endsWith(once);
    assertThat(twice.shared()[0]).isGreaterThan(once.length - 2);
  }

  private static boolean contains(int[] ids, int id) {
    return Arrays.stream(ids).anyMatch(other -> other == id);
  }
}
