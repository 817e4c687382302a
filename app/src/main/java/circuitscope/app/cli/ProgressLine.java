package circuitscope.app.cli;

import circuitscope.probes.analysis.Progress;
import java.util.Locale;

/**
 * Shows progress on standard error: one redrawn line on a terminal, else a plain line when a
 * counted step has run for a second and every few seconds after that.
 */
final class ProgressLine implements Progress.Listener, AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long FIRST_PLAIN_NANOS = 1_000_000_000L;
  private static final long PLAIN_NANOS = 4_000_000_000L;
  private static final String CLEAR_LINE = "\r\033[K";

  private final Console console;
  private String step = "";
  private long dueNanos;
  private boolean drawn;

  ProgressLine(Console console) {
    this.console = console;
    this.dueNanos = System.nanoTime() + (console.terminal() ? REDRAW_NANOS : FIRST_PLAIN_NANOS);
  }

  @Override
  public synchronized void changed(Progress.Snapshot snapshot) {
    long now = System.nanoTime();
    if (!snapshot.message().equals(step)) {
      step = snapshot.message();
      dueNanos = Math.min(dueNanos, now + FIRST_PLAIN_NANOS);
    }
    if (now < dueNanos || (snapshot.total() == 0 && !console.terminal())) {
      return;
    }
    dueNanos = now + (console.terminal() ? REDRAW_NANOS : PLAIN_NANOS);
    if (console.terminal()) {
      console.err().print(CLEAR_LINE + line(snapshot));
      console.err().flush();
      drawn = true;
    } else {
      console.err().println(line(snapshot));
    }
  }

  /** Clears the redrawn line, so that what is printed next starts at the margin. */
  @Override
  public synchronized void close() {
    if (drawn) {
      console.err().print(CLEAR_LINE);
      console.err().flush();
      drawn = false;
    }
  }

  /** "loss: windows 42 % 1,204 of 2,870 windows 310 windows/s 5 s left". */
  static String line(Progress.Snapshot snapshot) {
    StringBuilder line = new StringBuilder(snapshot.message());
    line.append(String.format(Locale.ROOT, "  %.0f %%", 100 * snapshot.fraction()));
    if (snapshot.total() > 0) {
      boolean bytes = snapshot.unit().equals("bytes");
      line.append("  ").append(count(snapshot.done(), bytes));
      line.append(" of ").append(count(snapshot.total(), bytes));
      line.append(bytes ? "" : " " + snapshot.unit());
      if (snapshot.rate() > 0 && !bytes) {
        line.append(String.format(Locale.ROOT, "  %,.3g %s/s", snapshot.rate(), snapshot.unit()));
      } else if (snapshot.rate() > 0) {
        line.append("  ").append(count((long) snapshot.rate(), true)).append("/s");
      }
    }
    if (snapshot.secondsLeft() >= 1) {
      line.append("  ").append(duration(snapshot.secondsLeft())).append(" left");
    }
    line.append(snapshot.note().isEmpty() ? "" : "  " + snapshot.note());
    return line.toString();
  }

  private static String count(long count, boolean bytes) {
    return bytes ? "%,.1f MB".formatted(count / 1e6) : String.format(Locale.ROOT, "%,d", count);
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? "%d min %02d s".formatted(whole / 60, whole % 60)
        : "%d h %02d min".formatted(whole / 3600, whole / 60 % 60);
  }
}
