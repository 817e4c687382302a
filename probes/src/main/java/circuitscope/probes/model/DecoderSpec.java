package circuitscope.probes.model;

/**
 * A decoder-only transformer as data: everything that the forward pass needs to know of a family.
 *
 * @param family the family's name, for people; the forward pass never asks for it
 * @param vocab rows of the embedding
 * @param contextLength positions that the model was made for; beyond a learned table nothing can be
 *     computed, beyond a rotary model's it is only untrained
 * @param dEmbed width of the token embedding, dModel but for models that project it
 * @param embedScale what embeddings are multiplied by as they enter the stream
 * @param embedNorm whether embeddings are normalised as they enter the stream
 * @param normBefore whether each branch normalises its input
 * @param normAfter whether each branch normalises its output before it is added
 * @param finalNorm whether the stream is normalised before the unembedding
 * @param logitCap logits become cap·tanh(logit / cap); 0 means none
 */
public record DecoderSpec(
    String family,
    int layers,
    int dModel,
    int vocab,
    int contextLength,
    int dEmbed,
    double embedScale,
    boolean embedNorm,
    Positions positions,
    Norm norm,
    boolean normBefore,
    boolean normAfter,
    boolean finalNorm,
    ResidualWiring residual,
    AttentionSpec attention,
    MlpSpec mlp,
    double logitCap) {

  public DecoderSpec {
    if (layers <= 0 || dModel <= 0 || vocab <= 0 || contextLength <= 0 || dEmbed <= 0) {
      throw new UnsupportedModelException(
          "layers, width, vocabulary and context must be positive: got %d, %d, %d, %d"
              .formatted(layers, dModel, vocab, contextLength));
    }
    if (attention.scales().size() != layers || attention.windows().size() != layers) {
      throw new UnsupportedModelException(
          "attention scale and window are needed for each of %d layers, got %d and %d"
              .formatted(layers, attention.scales().size(), attention.windows().size()));
    }
  }

  /** The rotary embedding, or null for other kinds of position. */
  public @org.jspecify.annotations.Nullable Rotary rotary() {
    return positions instanceof Positions.Rotating(Rotary rotary) ? rotary : null;
  }

  public boolean learnedPositions() {
    return positions instanceof Positions.Learned;
  }

  /** Whether the token embedding is projected into, and the stream out of, the model's width. */
  public boolean projectsEmbedding() {
    return dEmbed != dModel;
  }
}
