package circuitscope.probes.predict;

/** Something that gives a distribution over the next token at every position of a text. */
public interface Predictor {
  /** As results call it. */
  String name();

  /**
   * P(next token | tokens up to here), sharpened: p^(1/temperature), normalised.
   *
   * @param ids tokens of one text
   * @param temperature above 0; 1 leaves the distribution as it is
   * @return row-major {@code [position, vocab]}
   */
  float[] probabilities(int[] ids, double temperature);
}
