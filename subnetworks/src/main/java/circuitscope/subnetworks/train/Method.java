package circuitscope.subnetworks.train;

import java.util.Locale;

/** How the weights of a subnetwork are chosen. */
public enum Method {
  /** Trained with soft masks σ(β·m): Chang and Bergen 2025. */
  SIGMOID,
  /** Trained with hard-concrete gates: Louizos et al. 2018. */
  HARD_CONCRETE,
  /** The largest weights, untrained. */
  MAGNITUDE,
  /** Any weights, untrained. */
  RANDOM;

  boolean trains() {
    return this == SIGMOID || this == HARD_CONCRETE;
  }

  /** As it is typed, and as provenance has it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
