package circuitscope.heads.icll;

import circuitscope.heads.OrdinaryTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Draws automata as Akyürek et al. (2024) do: numbers of states, alphabet and edges uniform;
 * symbols and targets of a state's edges without replacement, never a self-loop; then minimised and
 * trimmed.
 *
 * <p>Unlike the published generator, which keeps automata in a set without a test of equality, no
 * language comes twice: minimal automata in canonical form are equal exactly when their languages
 * are.
 *
 * @param symbols of all languages together
 */
public record AutomatonSampler(
    int symbols, int minStates, int maxStates, int minAlphabet, int maxAlphabet, int maxEdges) {

  /** The paper's: 18 letters, 4 to 12 states, 4 to 18 letters a language, 1 to 3 edges a state. */
  public static final AutomatonSampler PAPER = new AutomatonSampler(18, 4, 12, 4, 18, 3);

  /** Draws in vain, one after the other, after which there is taken to be nothing new. */
  private static final int PATIENCE = 1000;

  public AutomatonSampler {
    if (minStates < 2 || maxStates < minStates) {
      throw cannot(
          "%d to %d states; without self-loops an automaton needs 2 or more, the least first"
              .formatted(minStates, maxStates));
    }
    if (minAlphabet < 1 || maxAlphabet < minAlphabet || maxAlphabet > symbols) {
      throw cannot(
          "alphabets of %d to %d symbols out of %d".formatted(minAlphabet, maxAlphabet, symbols));
    }
    if (maxEdges < 1 || maxEdges > minAlphabet || maxEdges > minStates - 1) {
      throw cannot(
          ("up to %d edges a state, with alphabets from %d symbols and %d other states on; edges of"
                  + " a state differ in symbol and target, so there can be %d at most")
              .formatted(
                  maxEdges,
                  minAlphabet,
                  minStates - 1,
                  Math.max(0, Math.min(minAlphabet, minStates - 1))));
    }
  }

  private static IllegalArgumentException cannot(String why) {
    return new IllegalArgumentException("an automaton cannot be drawn with " + why);
  }

  /** One automaton, minimised. */
  Automaton draw(RandomGenerator random) {
    int states = random.nextInt(minStates, maxStates + 1);
    int[] alphabet = distinct(random.nextInt(minAlphabet, maxAlphabet + 1), symbols, random);
    List<List<Automaton.Edge>> edges = new ArrayList<>();
    for (int state = 0; state < states; state++) {
      int count = random.nextInt(1, maxEdges + 1);
      int[] letters = distinct(count, alphabet.length, random);
      int[] targets = distinct(count, states - 1, random);
      List<Automaton.Edge> out = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int target = targets[i] < state ? targets[i] : targets[i] + 1;
        out.add(new Automaton.Edge(alphabet[letters[i]], target));
      }
      out.sort(Comparator.comparingInt(Automaton.Edge::symbol));
      edges.add(out);
    }
    return new Automaton(edges).minimised();
  }

  /**
   * Automata of different languages.
   *
   * @throws IllegalArgumentException when so many cannot be found
   */
  public List<Automaton> draw(int count, long seed) {
    RandomGenerator random = OrdinaryTokens.random(seed);
    Set<Automaton> drawn = new LinkedHashSet<>();
    int inVain = 0;
    while (drawn.size() < count) {
      inVain = drawn.add(draw(random)) ? 0 : inVain + 1;
      if (inVain == PATIENCE) {
        throw new IllegalArgumentException(
            ("%d different languages cannot be drawn: after %d, %d automata in a row were all"
                    + " known; ask for fewer, or allow more states or symbols")
                .formatted(count, drawn.size(), PATIENCE));
      }
    }
    return List.copyOf(drawn);
  }

  private static int[] distinct(int count, int of, RandomGenerator random) {
    int[] all = new int[of];
    for (int i = 0; i < of; i++) {
      all[i] = i;
    }
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      int drawn = i + random.nextInt(of - i);
      chosen[i] = all[drawn];
      all[drawn] = all[i];
    }
    return chosen;
  }
}
