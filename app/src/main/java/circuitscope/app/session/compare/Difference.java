package circuitscope.app.session.compare;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number on both sides.
 *
 * @param quantity what is measured: fields joined by dots, {@code heads.scores.induction}
 * @param keys which of them: {@code L3H1}
 * @param difference b − a
 * @param low lower end of the 95 % interval of the difference; null where there is none
 * @param method where the interval comes from
 */
public record Difference(
    String quantity,
    List<String> keys,
    double a,
    double b,
    double difference,
    @Nullable Double low,
    @Nullable Double high,
    Method method) {

  /** Where an interval of a difference comes from. */
  public enum Method {
    /** The analysis gives no interval: the difference stands alone. */
    NONE("none"),
    /** Both sides' values of the same sequences, their differences resampled together. */
    PAIRED_BOOTSTRAP("paired bootstrap"),
    /** The two sides' own intervals, as of independent samples; see {@link #combined}. */
    INDEPENDENT("two intervals, as independent");

    private final String words;

    Method(String words) {
      this.words = words;
    }

    @Override
    @JsonValue
    public String toString() {
      return words;
    }
  }

  static Difference plain(String quantity, List<String> keys, double a, double b) {
    return new Difference(quantity, keys, a, b, b - a, null, null, Method.NONE);
  }

  /**
   * The difference of two estimates with intervals of their own, by recovered variances (Zou and
   * Donner 2008): each end is as far from the difference as the root of the two nearest
   * half-widths' squares. Exact in coverage for independent samples; too wide where both sides went
   * up and down together over the same sequences.
   */
  static Difference combined(String quantity, List<String> keys, Ends a, Ends b) {
    double difference = b.value - a.value;
    return new Difference(
        quantity,
        keys,
        a.value,
        b.value,
        difference,
        difference - Math.hypot(b.value - b.low, a.high - a.value),
        difference + Math.hypot(b.high - b.value, a.value - a.low),
        Method.INDEPENDENT);
  }

  /** A number with its interval. */
  record Ends(double value, double low, double high) {
    boolean hold() {
      return low <= value && value <= high;
    }
  }

  Difference with(double newLow, double newHigh, Method newMethod) {
    return new Difference(quantity, keys, a, b, difference, newLow, newHigh, newMethod);
  }

  /** Whether the interval leaves 0 out; false where there is none. */
  @JsonIgnore
  public boolean isClear() {
    return low != null && high != null && (low > 0 || high < 0);
  }

  /** Quantity and keys: {@code heads.scores.induction [L3H1]}. */
  @JsonIgnore
  public String name() {
    return keys.isEmpty() ? quantity : quantity + " [" + String.join("][", keys) + "]";
  }

  /** "0.1 to 0.3", or nothing. */
  @JsonIgnore
  String interval() {
    return low == null ? "" : number(low) + " to " + number(high == null ? Double.NaN : high);
  }

  static String number(double value) {
    boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
    return whole ? "%.0f".formatted(value) : String.format(Locale.ROOT, "%.4g", value);
  }
}
