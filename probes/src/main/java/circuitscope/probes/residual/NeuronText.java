package circuitscope.probes.residual;

import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** A neuron's activations over a text: all of them, and the largest with the tokens around. */
final class NeuronText {
  private static final int BINS = 40;

  private final int top;
  private final int context;
  private final PriorityQueue<Active> largest =
      new PriorityQueue<>(Comparator.comparingDouble(Active::value));
  private float[] values = new float[1024];
  private int count;
  private int windows;

  /**
   * A place where the neuron is active.
   *
   * @param ids the tokens around it, {@code at} of which is its own
   */
  @SuppressWarnings("ArrayRecordComponent") // made once, never compared
  record Active(int window, int position, float value, int[] ids, int at) {}

  NeuronText(int top, int context) {
    this.top = top;
    this.context = context;
  }

  /**
   * Takes in a batch without padding.
   *
   * @param activations {@code [batch × position]}
   */
  void add(TokenBatch batch, float[] activations) {
    if (count + activations.length > values.length) {
      values = Arrays.copyOf(values, Math.max(2 * values.length, count + activations.length));
    }
    System.arraycopy(activations, 0, values, count, activations.length);
    count += activations.length;
    for (int i = 0; i < activations.length; i++) {
      if (largest.size() == top && activations[i] <= largest.element().value()) {
        continue;
      }
      int[] row = batch.ids()[i / batch.positions()];
      int position = i % batch.positions();
      int from = Math.max(0, position - context);
      int to = Math.min(row.length, position + context + 1);
      int window = windows + i / batch.positions();
      int[] around = Arrays.copyOfRange(row, from, to);
      largest.add(new Active(window, position, activations[i], around, position - from));
      if (largest.size() > top) {
        largest.remove();
      }
    }
    windows += batch.batch();
  }

  /** The most active places, largest first. */
  List<Active> mostActive() {
    List<Active> sorted = new ArrayList<>(largest);
    sorted.sort(Comparator.comparingDouble(active -> -active.value()));
    return sorted;
  }

  /** Share of tokens at which the neuron is above 0. */
  double shareAbove0() {
    int above = 0;
    for (int i = 0; i < count; i++) {
      above += values[i] > 0 ? 1 : 0;
    }
    return (double) above / count;
  }

  double mean() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += values[i];
    }
    return sum / count;
  }

  NeuronView.Histogram histogram() {
    float low = values[0];
    float high = values[0];
    for (int i = 0; i < count; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    long[] counts = new long[BINS];
    for (int i = 0; i < count; i++) {
      double share = high == low ? 0 : (values[i] - low) / (double) (high - low);
      counts[(int) Math.min(BINS - 1, share * BINS)]++;
    }
    return new NeuronView.Histogram(low, high, counts);
  }
}
