package circuitscope.probes.seed.windows;

import java.util.ArrayList;
import java.util.List;

/** Equal-information windows (Lester et al. 2024): as many bytes as fit into W bits, then anew. */
final class EqualInfo {
  private EqualInfo() {}

  /** What a model says of a text from some place on, everything before it forgotten. */
  interface Source {
    /** Bits of {@code count} bytes from {@code from} on. */
    double[] bits(int from, int count);
  }

  /**
   * One window.
   *
   * @param full whether it was closed since the next byte did not fit; the last one is not
   */
  record Window(int from, int to, double bits, boolean full) {}

  /**
   * Cuts a text; a byte that costs more than a window has one of its own.
   *
   * @param room W less what the coder adds
   */
  static List<Window> cut(Source source, int length, double room) {
    List<Window> windows = new ArrayList<>();
    int from = 0;
    int guess = (int) Math.max(4, room / 2);
    while (from < length) {
      Window window = next(source, length, from, room, Math.min(guess, length - from));
      windows.add(window);
      guess = (int) Math.max(4, 1.3 * (window.to() - from + 1));
      from = window.to();
    }
    return windows;
  }

  private static Window next(Source source, int length, int from, double room, int count) {
    double[] bits = source.bits(from, count);
    double sum = bits[0];
    int taken = 1;
    while (taken < count && sum + bits[taken] <= room) {
      sum += bits[taken++];
    }
    boolean all = taken == count;
    if (all && from + count < length) {
      return next(source, length, from, room, Math.min(2 * count, length - from));
    }
    return new Window(from, from + taken, sum, !all);
  }
}
