package circuitscope.probes.model;

/**
 * A normalisation of the last axis.
 *
 * @param kind the formula
 * @param epsilon added to the variance (mean square for the RMS kinds) before the square root
 */
public record Norm(Kind kind, double epsilon) {

  /** The formulas; x̂ is x over its scale √(variance + ε). */
  public enum Kind {
    /** w ∘ (x − mean) / √(var + ε) + b, biased variance (Ba et al. 2016). */
    LAYER,
    /** w ∘ x / √(mean(x²) + ε) (Zhang and Sennrich 2019). */
    RMS,
    /** (1 + w) ∘ x / √(mean(x²) + ε), as Gemma stores it. */
    RMS_PLUS_ONE
  }

  /** Whether the mean is subtracted first. */
  public boolean centres() {
    return kind == Kind.LAYER;
  }
}
