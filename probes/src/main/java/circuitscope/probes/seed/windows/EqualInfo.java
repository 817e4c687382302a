package circuitscope.probes.seed.windows;

import java.util.ArrayList;
import java.util.List;

/** Equal-information windows (Lester et al. 2024): as many units as fit into W bits, then anew. */
final class EqualInfo {
  private EqualInfo() {}

  /** What a model says of a text from some place on, everything before it forgotten. */
  interface Source {
    int units();

    /**
     * @return {@code [unit]} bits of at most {@code count} units from {@code from} on
     */
    double[] bits(int from, int count);
  }

  /**
   * One window.
   *
   * @param full whether it was closed since the next unit did not fit; the last one is not
   */
  record Window(int from, int to, double bits, boolean full) {}

  /**
   * Cuts a text; a unit larger than a window has one of its own.
   *
   * @param room W less what the coder adds
   */
  static List<Window> cut(Source source, double room) {
    List<Window> windows = new ArrayList<>();
    int from = 0;
    int guess = (int) Math.max(4, room / 2);
    while (from < source.units()) {
      Window window = next(source, from, room, Math.min(guess, source.units() - from));
      windows.add(window);
      guess = (int) Math.max(4, 1.3 * (window.to() - from + 1));
      from = window.to();
    }
    return windows;
  }

  private static Window next(Source source, int from, double room, int count) {
    double[] bits = source.bits(from, count);
    double sum = bits[0];
    int units = 1;
    while (units < count && sum + bits[units] <= room) {
      sum += bits[units++];
    }
    boolean all = units == count;
    if (all && from + count < source.units()) {
      return next(source, from, room, Math.min(2 * count, source.units() - from));
    }
    return new Window(from, from + units, sum, !all);
  }
}
