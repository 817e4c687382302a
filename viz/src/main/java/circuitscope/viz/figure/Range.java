package circuitscope.viz.figure;

/** A closed range of values, low before high. */
public record Range(double low, double high) {

  public Range {
    Check.ordered("range", low, high);
  }
}
