package circuitscope.viz.figure;

/**
 * How a value becomes a position along an axis or a colour bar.
 *
 * <ul>
 *   <li>{@code LINEAR}: in proportion.
 *   <li>{@code LOG}: by log₁₀; values at or below {@code threshold}, the floor, are drawn at the
 *       floor, and the colour bar says so.
 *   <li>{@code SYMLOG}: sign(v) · log₁₀(1 + |v| / threshold): linear well inside ±{@code
 *       threshold}, logarithmic well outside, through 0 and smooth.
 * </ul>
 *
 * @param threshold the floor of LOG or the linear range of SYMLOG, above 0; 0 for LINEAR
 */
public record Scaling(Kind kind, double threshold) {

  /** The three shapes that a scale can have. */
  public enum Kind {
    LINEAR,
    LOG,
    SYMLOG
  }

  public Scaling {
    boolean positive = threshold > 0 && Double.isFinite(threshold);
    if (kind == Kind.LINEAR ? threshold != 0 : !positive) {
      throw new IllegalArgumentException(
          "scaling %s: expected %s, got %s"
              .formatted(
                  kind,
                  kind == Kind.LINEAR ? "threshold 0" : "a finite threshold above 0",
                  threshold));
    }
  }

  public static Scaling linear() {
    return new Scaling(Kind.LINEAR, 0);
  }

  public static Scaling log(double floor) {
    return new Scaling(Kind.LOG, floor);
  }

  public static Scaling symlog(double threshold) {
    return new Scaling(Kind.SYMLOG, threshold);
  }

  /**
   * A scale of one kind that suits data: a log floor four powers of ten below the largest value, a
   * symlog threshold two below, both powers of ten.
   *
   * @param largest the largest magnitude among the data; 0 or less counts as 1
   */
  public static Scaling suited(Kind kind, double largest) {
    double magnitude = largest > 0 && Double.isFinite(largest) ? largest : 1;
    double power = Math.pow(10, Math.ceil(Math.log10(magnitude) - 1e-9));
    return switch (kind) {
      case LINEAR -> linear();
      case LOG -> log(power * 1e-4);
      case SYMLOG -> symlog(power * 1e-2);
    };
  }

  /**
   * Where a value stands before the range is stretched over the axis; monotone in {@code value}.
   */
  public double apply(double value) {
    return switch (kind) {
      case LINEAR -> value;
      case LOG -> Math.log10(Math.max(value, threshold));
      case SYMLOG -> Math.signum(value) * Math.log10(1 + Math.abs(value) / threshold);
    };
  }

  /** The value that {@link #apply} takes to {@code position}. */
  public double invert(double position) {
    return switch (kind) {
      case LINEAR -> position;
      case LOG -> Math.pow(10, position);
      case SYMLOG -> Math.signum(position) * (Math.pow(10, Math.abs(position)) - 1) * threshold;
    };
  }
}
