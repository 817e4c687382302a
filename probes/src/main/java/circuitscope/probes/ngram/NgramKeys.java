package circuitscope.probes.ngram;

import java.util.Arrays;

/**
 * n-grams as single numbers: the ids as digits in base vocabulary + 1 (the placeholder is a digit
 * too), so that the order of the numbers is that of the contexts and, within one, of the
 * successors.
 */
record NgramKeys(int order, int vocabulary) {
  /** More is never asked for; a wild order must not size anything. */
  static final int LONGEST = 16;

  /**
   * @throws CountsException when n-grams of this order do not fit 63 bits
   */
  NgramKeys {
    if (order < 2 || order > LONGEST || Math.pow(vocabulary + 1.0, order) >= 0x1p63) {
      int longest = (int) (63 * Math.log(2) / Math.log(vocabulary + 1.0));
      throw new CountsException(
          "n-grams of order %d over a vocabulary of %d cannot be counted; the order can be 2 to %d"
              .formatted(order, vocabulary, Math.min(longest, LONGEST)));
    }
  }

  /** The key of the first n-gram of a window, before its last digit: placeholders only. */
  long start() {
    long context = 0;
    for (int digit = 1; digit < order; digit++) {
      context = context * base() + vocabulary;
    }
    return context;
  }

  /** Adds a token to a context, which is a number of {@code order − 1} digits. */
  long key(long context, int token) {
    return context * base() + token;
  }

  long context(long key) {
    return key / base();
  }

  int successor(long key) {
    return (int) (key % base());
  }

  /** The context that follows {@code key}: without its first digit. */
  long next(long key) {
    return key % contexts();
  }

  /** The context's ids, first to last. */
  int[] ids(long context) {
    int[] ids = new int[order - 1];
    for (int digit = order - 2; digit >= 0; digit--) {
      ids[digit] = (int) (context % base());
      context /= base();
    }
    return ids;
  }

  /** The number of a context. */
  long context(int... ids) {
    if (ids.length != order - 1) {
      throw new IllegalArgumentException(
          "a context of %s, expected %d ids".formatted(Arrays.toString(ids), order - 1));
    }
    long context = 0;
    for (int id : ids) {
      if (id < 0 || id > vocabulary) {
        throw new IllegalArgumentException(
            "token id %d is outside 0 to %d, the start placeholder".formatted(id, vocabulary));
      }
      context = context * base() + id;
    }
    return context;
  }

  private long base() {
    return vocabulary + 1L;
  }

  /** How many contexts there can be: base^(order − 1). */
  private long contexts() {
    long contexts = 1;
    for (int digit = 1; digit < order; digit++) {
      contexts *= base();
    }
    return contexts;
  }
}
