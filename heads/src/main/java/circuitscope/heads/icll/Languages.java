package circuitscope.heads.icll;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Examples of different languages, with what the automata and the n-gram learners say of them.
 *
 * @param tokens one example a language, as the model reads it
 */
record Languages(List<Example> examples, List<int[]> tokens, SymbolTokens symbols) {
  static final int MAX_ORDER = 4;

  /**
   * One example.
   *
   * @param automaton {@code [position][symbol]}
   * @param learners {@code [order − 1][position][symbol]}
   * @param scored positions that are no separators and have something before them
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Example(
      LanguageExample strings,
      int[] stringsSeen,
      double[][] automaton,
      List<double[][]> learners,
      int[] scored) {}

  static Languages draw(
      AutomatonSampler sampler,
      int count,
      int atMost,
      boolean addOne,
      SymbolTokens symbols,
      long seed,
      Progress progress) {
    RandomGenerator random = OrdinaryTokens.random(seed + 1);
    List<Example> examples = new ArrayList<>();
    List<int[]> tokens = new ArrayList<>();
    progress.begin(count, "languages");
    for (Automaton automaton : sampler.draw(count, seed)) {
      LanguageExample drawn = LanguageExample.draw(automaton, sampler.symbols(), atMost, random);
      examples.add(example(drawn, addOne));
      tokens.add(symbols.encode(drawn));
      progress.advance(1);
    }
    return new Languages(examples, tokens, symbols);
  }

  private static Example example(LanguageExample drawn, boolean addOne) {
    List<double[][]> learners = new ArrayList<>();
    for (int order = 1; order <= MAX_ORDER; order++) {
      learners.add(drawn.learnerPredictions(order, addOne));
    }
    int[] scored = new int[drawn.length()];
    int count = 0;
    for (int i = 1; i < drawn.length(); i++) {
      if (drawn.symbols()[i] != drawn.separator()) {
        scored[count++] = i;
      }
    }
    return new Example(
        drawn,
        drawn.stringsSeen(),
        drawn.automatonPredictions(),
        learners,
        Arrays.copyOf(scored, count));
  }

  TokensRead read() {
    return new TokensRead(
        "strings of %d regular languages".formatted(examples.size()),
        symbols.policy(),
        tokens.size(),
        tokens.stream().mapToLong(row -> row.length).sum(),
        0L,
        TokenDigest.of(tokens.toArray(int[][]::new)));
  }
}
