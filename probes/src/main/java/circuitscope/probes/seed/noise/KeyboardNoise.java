package circuitscope.probes.seed.noise;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Typing errors on a QWERTY keyboard, rows shifted as on a desk. Each ASCII letter after the first
 * of its word is hit with probability ρ; white space stays, so that words keep their order.
 */
enum KeyboardNoise {
  /** A neighbouring key instead. */
  NEIGHBOUR,
  /** The letter left out. */
  OMISSION,
  /** The letter twice. */
  DOUBLING,
  /** A neighbouring key after it. */
  INSERTION,
  /** The letter and the next one exchanged. */
  TRANSPOSITION;

  private static final String[] ROWS = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  private static final double[] SHIFT = {0, 0.25, 0.75}; // keys
  private static final double REACH = 1.3; // keys, between centres

  /**
   * A text with errors.
   *
   * @param edits errors made
   * @param entropyBits of the choices made; an upper bound of the noise's own, since two choices
   *     may give one text
   */
  record Noisy(String text, int edits, double entropyBits) {}

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The keys beside a letter, in its case; empty for what is no ASCII letter. */
  static String neighbours(char letter) {
    char key = Character.toLowerCase(letter);
    StringBuilder near = new StringBuilder();
    for (int row = 0; row < ROWS.length; row++) {
      int column = ROWS[row].indexOf(key);
      for (int other = 0; column >= 0 && other < ROWS.length; other++) {
        for (int at = 0; at < ROWS[other].length(); at++) {
          double across = at + SHIFT[other] - column - SHIFT[row];
          double distance = Math.hypot(across, other - row);
          if (distance > 0 && distance <= REACH) {
            near.append(ROWS[other].charAt(at));
          }
        }
      }
    }
    return Character.isUpperCase(letter)
        ? near.toString().toUpperCase(Locale.ROOT)
        : near.toString();
  }

  /** Types a text with errors of this kind. */
  Noisy type(String text, double rate, SplittableRandom random) {
    StringBuilder typed = new StringBuilder();
    int edits = 0;
    double bits = 0;
    double coin = rate <= 0 || rate >= 1 ? 0 : -rate * log2(rate) - (1 - rate) * log2(1 - rate);
    for (int at = 0; at < text.length(); at++) {
      char letter = text.charAt(at);
      String near = neighbours(letter);
      boolean hittable =
          !near.isEmpty()
              && at > 0
              && !neighbours(text.charAt(at - 1)).isEmpty()
              && (this != TRANSPOSITION
                  || (at + 1 < text.length()
                      && !neighbours(text.charAt(at + 1)).isEmpty()
                      && text.charAt(at + 1) != letter));
      boolean drawn = this == NEIGHBOUR || this == INSERTION;
      bits += hittable ? coin + (drawn ? rate * log2(near.length()) : 0) : 0;
      if (!hittable || random.nextDouble() >= rate) {
        typed.append(letter);
        continue;
      }
      edits++;
      char other = near.charAt(random.nextInt(near.length()));
      switch (this) {
        case NEIGHBOUR -> typed.append(other);
        case OMISSION -> {}
        case DOUBLING -> typed.append(letter).append(letter);
        case INSERTION -> typed.append(letter).append(other);
        case TRANSPOSITION -> typed.append(text.charAt(++at)).append(letter);
      }
    }
    return new Noisy(typed.toString(), edits, bits);
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
