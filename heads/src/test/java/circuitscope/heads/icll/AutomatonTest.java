package circuitscope.heads.icll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.OrdinaryTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Drawing, minimising and reading automata. */
final class AutomatonTest {

  private static Automaton.Edge edge(int symbol, int target) {
    return new Automaton.Edge(symbol, target);
  }

  @Test
  void equalLanguagesHaveEqualMinimalAutomata() {
    // Both take a, then b and c by turns; the second spells two of its states twice.
    Automaton small =
        new Automaton(List.of(List.of(edge(0, 1)), List.of(edge(1, 2)), List.of(edge(2, 1))));
    Automaton large =
        new Automaton(
            List.of(
                List.of(edge(0, 3)),
                List.of(edge(2, 4)),
                List.of(edge(2, 3)),
                List.of(edge(1, 1)),
                List.of(edge(1, 2))));
    assertThat(large.minimised()).isEqualTo(small.minimised()).isEqualTo(small);
    Automaton other =
        new Automaton(List.of(List.of(edge(0, 1)), List.of(edge(1, 2)), List.of(edge(2, 2))));
    assertThat(other.minimised()).isNotEqualTo(small);
  }

  @Test
  void minimisingKeepsTheStrings() {
    for (int seed = 0; seed < 30; seed++) {
      AutomatonSampler sampler = new AutomatonSampler(3, 3, 6, 2, 3, 2);
      Automaton minimal = sampler.draw(OrdinaryTokens.random(seed));
      assertThat(minimal.minimised()).isEqualTo(minimal);
      assertThat(minimal.states()).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void noLanguageComesTwiceAndSeedsRepeat() {
    AutomatonSampler few = new AutomatonSampler(3, 3, 3, 2, 3, 2);
    List<Automaton> drawn = few.draw(60, 5);
    assertThat(new HashSet<>(drawn)).hasSize(60);
    assertThat(few.draw(60, 5)).isEqualTo(drawn);
    assertThat(few.draw(60, 6)).isNotEqualTo(drawn);
    Set<Set<String>> languages = new HashSet<>();
    drawn.forEach(automaton -> languages.add(strings(automaton, 5)));
    assertThat(languages).hasSize(60);
  }

  /** All strings of that length: of minimal automata of 3 states, 5 symbols tell them apart. */
  private static Set<String> strings(Automaton automaton, int length) {
    List<String> strings = new ArrayList<>(List.of(""));
    List<Integer> states = new ArrayList<>(List.of(0));
    for (int i = 0; i < length; i++) {
      List<String> longer = new ArrayList<>();
      List<Integer> next = new ArrayList<>();
      for (int k = 0; k < strings.size(); k++) {
        for (Automaton.Edge edge : automaton.edges().get(states.get(k))) {
          longer.add(strings.get(k) + edge.symbol());
          next.add(edge.target());
        }
      }
      strings = longer;
      states = next;
    }
    return new HashSet<>(strings);
  }

  @Test
  void moreLanguagesThanThereAreCannotBeDrawn() {
    AutomatonSampler one = new AutomatonSampler(2, 2, 2, 1, 1, 1);
    assertThatThrownBy(() -> one.draw(5, 0))
        .hasMessageContaining("5 different languages cannot be drawn: after 2");
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    assertThatThrownBy(() -> new AutomatonSampler(18, 1, 12, 4, 18, 3))
        .hasMessageContaining("cannot be drawn with 1 to 12 states");
    assertThatThrownBy(() -> new AutomatonSampler(18, 4, 12, 4, 19, 3))
        .hasMessageContaining("alphabets of 4 to 19 symbols out of 18");
    assertThatThrownBy(() -> new AutomatonSampler(18, 4, 12, 2, 18, 3))
        .hasMessageContaining("there can be 2 at most");
  }

  @Test
  void examplesAreStringsOfTheirLanguage() {
    Automaton automaton = AutomatonSampler.PAPER.draw(1, 3).getFirst();
    LanguageExample example = LanguageExample.draw(automaton, 18, 2048, OrdinaryTokens.random(1));
    double[][] predictions = example.automatonPredictions();
    for (int i = 0; i < example.length(); i++) {
      if (example.symbols()[i] != 18) {
        assertThat(predictions[i][example.symbols()[i]]).isPositive();
      }
      assertThat(Arrays.stream(predictions[i]).sum()).isCloseTo(1, within(1e-12));
    }
    int strings = 1 + example.stringsSeen()[example.length() - 1];
    assertThat(strings).isBetween(10, 19);
    int[] cut = LanguageExample.draw(automaton, 18, 40, OrdinaryTokens.random(1)).symbols();
    assertThat(cut).isEqualTo(Arrays.copyOf(example.symbols(), 40));
  }

  @Test
  void theLearnerFindsADeterministicCycle() {
    // abcabc…: after one turn, the bigram learner knows what comes.
    Automaton cycle =
        new Automaton(List.of(List.of(edge(0, 1)), List.of(edge(1, 2)), List.of(edge(2, 0))));
    int[] symbols = IntStream.range(0, 60).map(i -> i % 3).toArray();
    double[][] said = new LanguageExample(cycle, symbols, 3).learnerPredictions(2, false);
    double[][] truth = new LanguageExample(cycle, symbols, 3).automatonPredictions();
    assertThat(Distances.tvd(said[59], truth[59])).isLessThan(0.06);
    assertThat(Distances.l1(said[59], truth[59]))
        .isCloseTo(2 * Distances.tvd(said[59], truth[59]), within(1e-12));
  }
}
