package circuitscope.heads.icll;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The in-context n-gram learner of Akyürek et al. (2024): counts in what it has seen, with a
 * back-off like Katz's.
 *
 * <p>Each string is padded on the left with N−1 marks; counts are over all strings so far, the
 * unfinished one included; the vocabulary is the symbols seen so far. A symbol that was seen after
 * the last n−1 keeps its ratio, and the others share the leftover in proportion to order n−1. The
 * leftover is never 0 without add-one, because the last n−1 symbols have no successor yet. When
 * every symbol was seen there, nobody gets the leftover and the probabilities sum to less than 1.
 *
 * <p>Order N looks at the last N−1 symbols; the published code of order 1 looks up the whole string
 * by mistake, here it is the unigram.
 */
public final class InContextNgram {
  /**
   * What may differ.
   *
   * @param addOne 1 added to every count, and the vocabulary's size to every total
   * @param backOff whether unseen symbols get the leftover; else 0
   * @param even each order's mass spread evenly over the symbols that it decided
   */
  public record Options(boolean addOne, boolean backOff, boolean even) {
    public static final Options KATZ = new Options(false, true, false);
    public static final Options ADD_ONE = new Options(true, true, false);
    public static final Options NO_BACK_OFF = new Options(false, false, false);
    public static final Options EVEN = new Options(false, true, true);
  }

  private static final int MAX_ORDER = 8;

  private final int order;
  private final int symbols;
  private final Options options;
  private final List<Map<Long, Integer>> counts = new ArrayList<>(); // [n − 1]
  private final boolean[] seen;
  private final int[] last; // the last N−1 symbols, the mark `symbols` before the string's first
  private long total;

  /**
   * A learner that has seen nothing.
   *
   * @param symbols symbols are 0 to {@code symbols} − 1; that number itself is the separator
   */
  public InContextNgram(int order, int symbols, Options options) {
    if (order < 1 || order > MAX_ORDER) {
      throw new IllegalArgumentException(
          "an n-gram learner of order %d; orders are 1 to %d".formatted(order, MAX_ORDER));
    }
    this.order = order;
    this.symbols = symbols;
    this.options = options;
    this.seen = new boolean[symbols];
    this.last = new int[order - 1];
    for (int n = 1; n <= order; n++) {
      counts.add(new HashMap<>());
    }
    beginString();
  }

  private void beginString() {
    Arrays.fill(last, symbols);
    for (int n = 1; n < order; n++) {
      int marks = order - n;
      counts.get(n - 1).merge(key(n, last.length), marks, Integer::sum);
      total += n == 1 ? marks : 0;
    }
  }

  /** Reads a symbol, or the separator. */
  public void see(int symbol) {
    if (symbol == symbols) {
      beginString();
      return;
    }
    seen[symbol] = true;
    for (int n = 1; n <= order; n++) {
      counts.get(n - 1).merge(key(n - 1, last.length) * (symbols + 1) + symbol, 1, Integer::sum);
    }
    total++;
    if (last.length > 0) {
      System.arraycopy(last, 1, last, 0, last.length - 1);
      last[last.length - 1] = symbol;
    }
  }

  /** The n symbols that end before {@code end} in the window of the last ones, as one number. */
  private long key(int n, int end) {
    long key = 0;
    for (int i = end - n; i < end; i++) {
      key = key * (symbols + 1) + last[i];
    }
    return key;
  }

  /** Probabilities of the next symbol, {@code [symbol]}; all 0 before the first symbol. */
  public double[] predict() {
    double[] probabilities = new double[symbols];
    int[] decidedBy = new int[symbols];
    predict(order, probabilities, decidedBy);
    if (options.even()) {
      spreadEvenly(probabilities, decidedBy);
    }
    return probabilities;
  }

  private void predict(int n, double[] probabilities, int[] decidedBy) {
    double vocabulary = 0;
    for (boolean one : seen) {
      vocabulary += one ? 1 : 0;
    }
    double added = options.addOne() ? 1 : 0;
    Map<Long, Integer> ofOrder = counts.get(n - 1);
    long prefix = key(n - 1, last.length);
    double prefixCount = n == 1 ? total : counts.get(n - 2).get(prefix);
    double types = n == 1 ? ofOrder.size() : vocabulary;
    double leftover = 1;
    boolean[] unseenHere = new boolean[symbols];
    for (int symbol = 0; symbol < symbols; symbol++) {
      int count = ofOrder.getOrDefault(prefix * (symbols + 1) + symbol, 0);
      if (count > 0) {
        probabilities[symbol] = (count + added) / (prefixCount + added * types);
        decidedBy[symbol] = n;
        leftover -= probabilities[symbol];
      } else {
        unseenHere[symbol] = seen[symbol];
      }
    }
    if (options.backOff() && n > 1) {
      backOff(n, leftover, unseenHere, probabilities, decidedBy);
    }
  }

  private void backOff(
      int n, double leftover, boolean[] unseen, double[] probabilities, int[] decidedBy) {
    double[] lower = new double[symbols];
    int[] lowerDecidedBy = new int[symbols];
    predict(n - 1, lower, lowerDecidedBy);
    double sum = 0;
    for (int symbol = 0; symbol < symbols; symbol++) {
      sum += unseen[symbol] ? lower[symbol] : 0;
    }
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (unseen[symbol]) {
        probabilities[symbol] = leftover * lower[symbol] / sum;
        decidedBy[symbol] = lowerDecidedBy[symbol];
      }
    }
  }

  private void spreadEvenly(double[] probabilities, int[] decidedBy) {
    for (int n = 1; n <= order; n++) {
      double mass = 0;
      int count = 0;
      for (int symbol = 0; symbol < symbols; symbol++) {
        boolean here = decidedBy[symbol] == n && probabilities[symbol] > 0;
        mass += here ? probabilities[symbol] : 0;
        count += here ? 1 : 0;
      }
      for (int symbol = 0; symbol < symbols; symbol++) {
        if (decidedBy[symbol] == n && probabilities[symbol] > 0) {
          probabilities[symbol] = mass / count;
        }
      }
    }
  }
}
