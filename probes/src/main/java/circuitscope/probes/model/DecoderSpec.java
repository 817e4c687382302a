package circuitscope.probes.model;

/**
 * A decoder-only transformer as data: everything that the forward pass needs to know of a family.
 *
 * @param family the family's name, for people; the forward pass never asks for it
 * @param logitCap logits become cap·tanh(logit / cap); 0 means none
 */
public record DecoderSpec(
    String family,
    Size size,
    Embedding embedding,
    Positions positions,
    Norm norm,
    NormPlacement normPlacement,
    ResidualWiring residual,
    AttentionSpec attention,
    MlpSpec mlp,
    double logitCap) {

  /**
   * How large the model is.
   *
   * @param vocab rows of the embedding
   * @param contextLength positions that the model was made for; beyond a learned table nothing can
   *     be computed, beyond a rotary model's it is only untrained
   */
  public record Size(int layers, int dModel, int vocab, int contextLength) {}

  /**
   * How tokens enter the stream.
   *
   * @param width of the token embedding, dModel but for models that project it
   * @param scale what embeddings are multiplied by
   * @param normed whether embeddings are normalised
   */
  public record Embedding(int width, double scale, boolean normed) {
    /** Rows of the table as they are. */
    public static Embedding plain(int dModel) {
      return new Embedding(dModel, 1, false);
    }
  }

  /**
   * Where norms stand.
   *
   * @param before whether each branch normalises its input
   * @param after whether each branch normalises its output before it is added
   * @param last whether the stream is normalised before the unembedding
   */
  public record NormPlacement(boolean before, boolean after, boolean last) {
    /** Before each branch and before the unembedding, as most models have it. */
    public static final NormPlacement BEFORE = new NormPlacement(true, false, true);
  }

  public DecoderSpec {
    int layers = size.layers();
    if (layers <= 0
        || size.dModel() <= 0
        || size.vocab() <= 0
        || size.contextLength() <= 0
        || embedding.width() <= 0) {
      throw new UnsupportedModelException(
          "layers, width, vocabulary and context must be positive: got %d, %d, %d, %d"
              .formatted(layers, size.dModel(), size.vocab(), size.contextLength()));
    }
    if (attention.scales().size() != layers || attention.windows().size() != layers) {
      throw new UnsupportedModelException(
          "attention scale and window are needed for each of %d layers, got %d and %d"
              .formatted(layers, attention.scales().size(), attention.windows().size()));
    }
  }

  public int layers() {
    return size.layers();
  }

  public int dModel() {
    return size.dModel();
  }

  public int vocab() {
    return size.vocab();
  }

  public int contextLength() {
    return size.contextLength();
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
    return embedding.width() != size.dModel();
  }
}
