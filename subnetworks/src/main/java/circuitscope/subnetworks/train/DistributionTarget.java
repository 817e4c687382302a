package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Distributions that the user supplies: of each current token, or of each position of the sequences
 * that are trained on.
 */
final class DistributionTarget implements Target {
  private final DistributionFile file;
  private final Map<IntBuffer, Integer> numbers = new HashMap<>(); // sequence -> its number
  private final DeviceRows rows;

  /**
   * Puts the distributions on the model's device.
   *
   * @param trained the sequences to train on
   * @throws IllegalArgumentException when one of their positions has no distribution
   */
  DistributionTarget(DistributionFile file, Model model, TrainingSequences trained) {
    this.file = file;
    int[][] sequences = file.sequences();
    for (int i = 0; sequences != null && i < sequences.length; i++) {
      numbers.putIfAbsent(IntBuffer.wrap(sequences[i]), i);
    }
    for (int i = 0; i < trained.count(); i++) {
      check(trained.rows(i, i + 1)[0], i);
    }
    rows =
        new DeviceRows(
            model,
            file.starts().length - 1L,
            row -> file.starts()[(int) row],
            file.vocab(),
            (from, row, columns, p) -> {
              System.arraycopy(file.successors(), (int) from, columns, 0, columns.length);
              System.arraycopy(file.probabilities(), (int) from, p, 0, p.length);
            });
  }

  private void check(int[] sequence, int number) {
    if (file.sequences() != null && !numbers.containsKey(IntBuffer.wrap(sequence))) {
      throw new IllegalArgumentException(
          "%s has no distributions for sequence %d of the text; train on the file's own tokens: --ids %s:input_ids with the same --length"
              .formatted(file.path(), number, file.path()));
    }
    long[] wanted = rowsOf(sequence);
    for (int position = 0; position < sequence.length; position++) {
      int row = (int) wanted[position];
      if (row + 1 >= file.starts().length || file.starts()[row] == file.starts()[row + 1]) {
        throw new IllegalArgumentException(
            "%s has no distribution after token %d, which is at position %d of sequence %d; give it a row"
                .formatted(file.path(), sequence[position], position, number));
      }
    }
  }

  private long[] rowsOf(int[] sequence) {
    long[] wanted = new long[sequence.length];
    long first =
        file.sequences() == null
            ? 0
            : numbers.getOrDefault(IntBuffer.wrap(sequence), 0) * (long) sequence.length;
    Arrays.setAll(
        wanted, position -> file.sequences() == null ? sequence[position] : first + position);
    return wanted;
  }

  @Override
  public Loss loss(NDArray logits, TokenBatch tokens, NDManager scope) {
    long[] wanted =
        Arrays.stream(tokens.ids()).flatMapToLong(ids -> Arrays.stream(rowsOf(ids))).toArray();
    return rows.loss(logits, wanted, scope);
  }

  @Override
  public long temporaryBytes(long positions) {
    double rowsWithEntries = Math.max(1, file.starts().length - 1.0);
    return rows.temporaryBytes(positions, file.successors().length / rowsWithEntries);
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of(MaskProvenance.TARGET, "distribution", "distribution_digest", file.digest());
  }

  @Override
  public void close() {
    rows.close();
  }
}
