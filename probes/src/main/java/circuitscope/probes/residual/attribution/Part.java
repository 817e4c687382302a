package circuitscope.probes.residual.attribution;

import java.util.Locale;

/**
 * One part's share of the logits.
 *
 * @param layer −1 for parts outside the layers
 * @param index head or neuron; −1 for other parts
 * @param byPosition {@code [position]} its share at each position read
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Part(Kind kind, int layer, int index, float[] byPosition) {

  /** What writes into the stream. */
  public enum Kind {
    EMBEDDING,
    POSITIONS,
    LAYER,
    ATTENTION,
    HEAD,
    MLP,
    NEURON,
    /** The neurons of a layer that have no row of their own. */
    OTHER_NEURONS,
    /** Biases of layers whose heads or neurons stand apart, and of norms inside the stream. */
    LAYER_BIASES,
    /** Bias of the final norm and of the unembedding. */
    FINAL_BIASES
  }

  /** Summed over positions. */
  double value() {
    double sum = 0;
    for (float share : byPosition) {
      sum += share;
    }
    return sum;
  }

  String label() {
    return switch (kind) {
      case HEAD -> "L%dH%d".formatted(layer, index);
      case NEURON -> "L%dN%d".formatted(layer, index);
      case MLP -> "MLP " + layer;
      default -> {
        String word = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        yield layer < 0 ? word : word + " " + layer;
      }
    };
  }
}
