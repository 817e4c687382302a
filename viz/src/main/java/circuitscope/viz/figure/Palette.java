package circuitscope.viz.figure;

/** Colour maps; all of them are told apart by readers with a colour-vision deficiency. */
public enum Palette {
  /** Sequential, from paper to dark blue: attention probabilities. */
  BLUES(false),
  /** Sequential, dark violet to yellow. */
  VIRIDIS(false),
  /** Sequential, dark blue to yellow, almost equal for every kind of colour vision. */
  CIVIDIS(false),
  /** Diverging, red for negative to blue for positive, as TransformerLens' users read it. */
  RED_BLUE(true);

  private final boolean diverging;

  Palette(boolean diverging) {
    this.diverging = diverging;
  }

  /** Whether the middle of the map is a value of its own: 0. */
  public boolean diverging() {
    return diverging;
  }
}
