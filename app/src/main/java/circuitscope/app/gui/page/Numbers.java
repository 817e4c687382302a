package circuitscope.app.gui.page;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Values as they stand in tables. */
public final class Numbers {
  private static final MathContext FIVE_DIGITS = new MathContext(5, RoundingMode.HALF_EVEN);
  private static final double SMALLEST_PLAIN = 1e-4;
  private static final double LARGEST_PLAIN = 1e7;

  private Numbers() {}

  /** Five significant digits for fractions, all digits for counts, a dash for no value. */
  public static String text(Object value) {
    return switch (value) {
      case Double number -> fraction(number);
      case Float number -> fraction(Double.parseDouble(number.toString()));
      default -> value.toString();
    };
  }

  private static String fraction(double number) {
    if (!Double.isFinite(number)) {
      return Double.isNaN(number) ? "–" : number > 0 ? "∞" : "−∞";
    }
    double size = Math.abs(number);
    if (number != 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) {
      return String.format(Locale.ROOT, "%.3e", number);
    }
    return number == 0
        ? "0"
        : BigDecimal.valueOf(number).round(FIVE_DIGITS).stripTrailingZeros().toPlainString();
  }

  /** Bytes as in "1.5 GB". */
  public static String bytes(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.0f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.0f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }

  /** A time as in "1 min 20 s". */
  public static String seconds(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }
}
