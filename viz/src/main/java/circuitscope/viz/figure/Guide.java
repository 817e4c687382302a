package circuitscope.viz.figure;

/**
 * A dashed reference line across a plot, an entropy or a chance level.
 *
 * @param value where it crosses {@code axis}
 * @param label written at its end; empty for none
 */
public record Guide(Axis axis, double value, String label) {

  /** The axis on which the guide has its one value. */
  public enum Axis {
    X,
    Y
  }

  public static Guide atY(double value, String label) {
    return new Guide(Axis.Y, value, label);
  }

  public static Guide atX(double value, String label) {
    return new Guide(Axis.X, value, label);
  }
}
