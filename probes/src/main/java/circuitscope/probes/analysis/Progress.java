package circuitscope.probes.analysis;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How far a piece of work is, told to whoever listens, and whether it should stop.
 *
 * <p>The work advances a count out of a total; steps take shares of their parent's range, so that
 * the fraction told outside always runs from 0 to 1 once. Cancelling any part cancels the whole:
 * the work finds out at its next {@link #advance} or {@link #checkCancelled} and throws {@link
 * CancelledException}. Methods may be called from any thread.
 */
public final class Progress {
  /**
   * The state at one moment.
   *
   * @param message what is being done, from the outermost step to the innermost
   * @param fraction share of the whole work that is done, 0 to 1
   * @param done units done in the innermost step, out of {@code total} (0 when not counted)
   * @param rate units a second in the innermost step, 0 when not known yet
   * @param secondsLeft estimate for the innermost step, NaN when not known yet
   * @param note how the innermost step stands, in its own words; empty for nothing to say
   */
  public record Snapshot(
      String message,
      double fraction,
      long done,
      long total,
      String unit,
      double rate,
      double secondsLeft,
      String note) {

    public Snapshot(
        String message,
        double fraction,
        long done,
        long total,
        String unit,
        double rate,
        double secondsLeft) {
      this(message, fraction, done, total, unit, rate, secondsLeft, "");
    }
  }

  /** Told of each change, on the working thread; a slow listener slows the work. */
  public interface Listener {
    void changed(Snapshot snapshot);
  }

  /** Estimates of the first moments are wild. */
  private static final double SECONDS_BEFORE_ESTIMATES = 1;

  private record Root(Listener listener, LongSupplier nanoTime, AtomicBoolean stop) {}

  private final Root root;
  private final String path;
  private final double from;
  private final double span;
  private final long startNanos;
  private double taken;
  private long done;
  private long total;
  private String unit = "";
  private String note = "";

  private Progress(Root root, String path, double from, double span) {
    this.root = root;
    this.path = path;
    this.from = from;
    this.span = span;
    this.startNanos = root.nanoTime.getAsLong();
  }

  /** Progress of a whole piece of work. */
  public static Progress to(Listener listener) {
    return to(listener, System::nanoTime);
  }

  static Progress to(Listener listener, LongSupplier nanoTime) {
    Root root = new Root(listener, nanoTime, new AtomicBoolean());
    return new Progress(root, "", 0, 1);
  }

  /** For callers who do not watch; it can still be cancelled. */
  public static Progress silent() {
    return to(snapshot -> {});
  }

  /** A part of this work, taking the next {@code share} (0 to 1) of its range. */
  public synchronized Progress step(String message, double share) {
    checkCancelled();
    double room = Math.min(share, 1 - taken);
    Progress step =
        new Progress(
            root,
            path.isEmpty() ? message : path + ": " + message,
            from + span * taken,
            span * room);
    taken += room;
    step.tell();
    return step;
  }

  /** Starts counting {@code total} units of work here, named in the plural ("windows", "bytes"). */
  public synchronized void begin(long total, String unit) {
    this.total = total;
    this.unit = unit;
    this.done = 0;
    tell();
  }

  /** Units of work to count here, 0 before {@link #begin}. */
  public synchronized long total() {
    return total;
  }

  /** Counts units as done. */
  public synchronized void advance(long units) {
    checkCancelled();
    done += units;
    tell();
  }

  /** Sets the count of done units. */
  public synchronized void advanceTo(long units) {
    advance(units - done);
  }

  /** Says how the work here stands, beside how far it is: "2.1 % kept"; told at the next change. */
  public synchronized void note(String standing) {
    note = standing;
  }

  public void cancel() {
    root.stop.set(true);
  }

  public boolean isCancelled() {
    return root.stop.get();
  }

  /** Throws {@link CancelledException} when {@link #cancel} was called. */
  public void checkCancelled() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  private void tell() {
    double share = total > 0 ? Math.min(1.0, (double) done / total) : taken;
    double fraction = from + span * share;
    long now = root.nanoTime.getAsLong();
    double seconds = (now - startNanos) / 1e9;
    boolean known = done > 0 && seconds >= SECONDS_BEFORE_ESTIMATES;
    root.listener.changed(
        new Snapshot(
            path,
            fraction,
            done,
            total,
            unit,
            known ? done / seconds : 0,
            known ? seconds * (total - done) / done : Double.NaN,
            note));
  }
}
