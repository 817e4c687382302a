package circuitscope.probes.residual.attribution;

/** Into what a logit is decomposed. */
public enum Level {
  /** Embedding, then what each layer adds; accumulated, that is the stream after each layer. */
  LAYER,
  /** Embedding, attention and MLP of each layer. */
  BLOCK,
  /** As by block, attention by head. */
  HEAD,
  /** As by block, MLPs by neuron. */
  NEURON,
  /** Heads, neurons, embedding and biases. */
  FULL;

  boolean heads() {
    return this == HEAD || this == FULL;
  }

  boolean neurons() {
    return this == NEURON || this == FULL;
  }
}
