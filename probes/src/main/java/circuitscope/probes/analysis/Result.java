package circuitscope.probes.analysis;

import circuitscope.models.checkpoint.TensorSource;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An answer: a record whose components are the JSON document ({@code lossNats} becomes {@code
 * loss_nats}), and beside it what is too large for that or is to be seen. Nothing in it is native
 * memory.
 */
public interface Result {
  /** The answer in a few lines for people. */
  String summary();

  /** How it was computed, beyond the parameters: conventions, samplers, what was left out. */
  default Map<String, Object> protocol() {
    return Map.of();
  }

  /** The tokens it was computed from, if any. */
  default @Nullable TokensRead tokensRead() {
    return null;
  }

  default List<Figure> figures() {
    return List.of();
  }

  default List<DataTable> tables() {
    return List.of();
  }

  /** Whether the tensors are the answer, of which the document is no more than a list. */
  default boolean answersInTensors() {
    return false;
  }

  default List<TensorSource> tensors() {
    return List.of();
  }
}
