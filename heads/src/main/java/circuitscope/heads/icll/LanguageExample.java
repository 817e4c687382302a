package circuitscope.heads.icll;

import java.util.random.RandomGenerator;

/**
 * Strings of one language, one after the other.
 *
 * @param symbols {@code [position]} from 0; {@link #separator} stands between strings
 * @param separator one more than the largest symbol of any language
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record LanguageExample(Automaton automaton, int[] symbols, int separator) {
  /** Strings of an example and symbols of a string in the paper, from and to, both included. */
  static final int MIN_STRINGS = 10;

  static final int MAX_STRINGS = 19;
  static final int MAX_STRING = 49;

  /** The published example ends after 4,096 characters, of which every other one is a space. */
  public static final int MAX_SYMBOLS = 2048;

  /**
   * Draws an example: 10 to 19 strings of 1 to 49 symbols (Akyürek et al. 2024).
   *
   * @param atMost symbols, separators included, after which it is cut
   */
  public static LanguageExample draw(
      Automaton automaton, int separator, int atMost, RandomGenerator random) {
    int strings = random.nextInt(MIN_STRINGS, MAX_STRINGS + 1);
    int[] symbols = new int[strings * (MAX_STRING + 1)];
    int length = 0;
    for (int i = 0; i < strings; i++) {
      if (i > 0) {
        symbols[length++] = separator;
      }
      int[] string = automaton.string(random.nextInt(1, MAX_STRING + 1), random);
      System.arraycopy(string, 0, symbols, length, string.length);
      length += string.length;
    }
    return new LanguageExample(
        automaton, java.util.Arrays.copyOf(symbols, Math.min(length, atMost)), separator);
  }

  public int length() {
    return symbols.length;
  }

  /** Strings that are complete before each position, {@code [position]}. */
  int[] stringsSeen() {
    int[] seen = new int[length()];
    for (int i = 1; i < seen.length; i++) {
      seen[i] = seen[i - 1] + (symbols[i - 1] == separator ? 1 : 0);
    }
    return seen;
  }

  /**
   * Probabilities of each position's symbol given its string so far, {@code [position][symbol]}.
   */
  double[][] automatonPredictions() {
    double[][] predictions = new double[length()][];
    int state = 0;
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = automaton.nextSymbols(state, separator);
      state = symbols[i] == separator ? 0 : automaton.next(state, symbols[i]);
    }
    return predictions;
  }

  /**
   * What an in-context learner says of each position, {@code [position][symbol]}, each sharing out
   * 1; at the first, where it has seen nothing, all 0.
   */
  double[][] learnerPredictions(int order, boolean addOne) {
    InContextNgram learner =
        new InContextNgram(
            order,
            separator,
            addOne ? InContextNgram.Options.ADD_ONE : InContextNgram.Options.KATZ);
    double[][] predictions = new double[length()][];
    for (int i = 0; i < predictions.length; i++) {
      predictions[i] = Distances.normalised(learner.predict());
      learner.see(symbols[i]);
    }
    return predictions;
  }
}
