package circuitscope.probes.pairs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Pairs of one length, which the model reads together without padding.
 *
 * @param pairs at least one
 * @param indices of each pair in the list that it comes from
 */
public record PairBatch(List<PromptPair> pairs, List<Integer> indices) {
  public PairBatch {
    pairs = List.copyOf(pairs);
    indices = List.copyOf(indices);
    if (pairs.isEmpty() || pairs.size() != indices.size()) {
      throw new IllegalArgumentException(
          "a batch of %d pairs with %d indices".formatted(pairs.size(), indices.size()));
    }
    int length = pairs.getFirst().length();
    if (pairs.stream().anyMatch(pair -> pair.length() != length)) {
      throw new IllegalArgumentException("the pairs of a batch have one length");
    }
  }

  public int size() {
    return pairs.size();
  }

  /** Tokens of every prompt. */
  public int positions() {
    return pairs.getFirst().length();
  }

  public TokenBatch clean() {
    return TokenBatch.of(pairs.stream().map(PromptPair::clean).toList());
  }

  public TokenBatch corrupted() {
    return TokenBatch.of(pairs.stream().map(PromptPair::corrupted).toList());
  }

  /** The corrupted prompts, all of them {@code copies} times: row {@code copy · size + pair}. */
  public TokenBatch corrupted(int copies) {
    List<int[]> rows = pairs.stream().map(PromptPair::corrupted).toList();
    return TokenBatch.of(Collections.nCopies(copies, rows).stream().flatMap(List::stream).toList());
  }

  /** As many pairs, each the next one's, the last the first one's: a null for what each needs. */
  public PairBatch turned() {
    List<PromptPair> others = new ArrayList<>(pairs);
    Collections.rotate(others, -1);
    return new PairBatch(others, indices);
  }

  /**
   * What stands where each pair's answer is predicted.
   *
   * @param values {@code [copy · pair, position, width]}: logits, or the stream
   * @return {@code [copy · pair, width]}; gradients pass through
   */
  public NDArray atAnswers(NDArray values) {
    Shape shape = values.getShape();
    int rows = Math.toIntExact(shape.get(0));
    long positions = shape.get(1);
    long[] places = new long[rows];
    for (int row = 0; row < rows; row++) {
      places[row] = row * positions + pairs.get(row % size()).position();
    }
    NDManager owner = values.getManager();
    NDArray flat = values.reshape(rows * positions, shape.get(2));
    try (NDArray index = owner.create(places)) {
      return flat.get(owner, new NDIndex("{}", index));
    }
  }

  /**
   * The answers on the model's device.
   *
   * @param copies how often each pair stands among the rows: row {@code copy · size + pair}
   * @param owner of the arrays
   */
  public PairTargets targets(int copies, NDManager owner) {
    return PairTargets.of(pairs, copies, owner);
  }
}
