package circuitscope.probes.model;

/**
 * The MLP of every layer: down(act(in x)), or down(act(gate x) ∘ up x) when gated.
 *
 * @param dMlp width of the hidden layer
 * @param projection whether gate and up are one stored matrix
 */
public record MlpSpec(int dMlp, Activation activation, Projection projection) {

  /** How the input projections are stored. */
  public enum Projection {
    PLAIN,
    GATED,
    /** Gated, with gate and up stacked in one matrix, gate first. */
    GATED_CONCATENATED
  }

  public boolean gated() {
    return projection != Projection.PLAIN;
  }
}
