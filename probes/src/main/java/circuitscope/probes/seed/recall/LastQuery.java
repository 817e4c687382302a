package circuitscope.probes.seed.recall;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;

/** What the last query of each example attends to, by head. */
final class LastQuery implements Taps {
  private final List<SetTask.Example> examples;
  private final int heads;
  private final double[][] shared; // [layer · head][example]
  private final double[][] others;
  private final double[][] start;
  private int from;

  LastQuery(DecoderSpec spec, List<SetTask.Example> examples) {
    this.examples = examples;
    this.heads = spec.attention().heads();
    shared = new double[spec.layers() * heads][examples.size()];
    others = new double[shared.length][examples.size()];
    start = new double[shared.length][examples.size()];
  }

  /** Tells which example the next run's first row is. */
  void from(int example) {
    from = example;
  }

  @Override
  public boolean wants(Site site) {
    return site.kind() == SiteKind.PATTERN;
  }

  @Override
  public NDArray at(Site site, NDArray pattern) {
    int rows = (int) pattern.getShape().get(0);
    int keys = (int) pattern.getShape().get(3);
    try (NDArray last = pattern.get(new NDIndex(":, :, {}", keys - 1));
        NDArray wide = last.toType(DataType.FLOAT32, true)) {
      float[] mass = wide.toFloatArray(); // [row, head, key]
      for (int row = 0; row < rows; row++) {
        SetTask.Example example = examples.get(from + row);
        for (int head = 0; head < heads; head++) {
          int at = (row * heads + head) * keys;
          int slot = site.layer() * heads + head;
          shared[slot][from + row] = sum(mass, at, example.shared());
          others[slot][from + row] = sum(mass, at, example.others());
          start[slot][from + row] = mass[at];
        }
      }
    }
    return pattern;
  }

  private static double sum(float[] mass, int at, int[] places) {
    return Arrays.stream(places).mapToDouble(place -> mass[at + place]).sum();
  }

  /**
   * The head that attends most to the answer, above two other elements, in the first half of the
   * examples, and what it does in the second.
   *
   * @param shared {@code [example]} mass on the answer's two places
   * @param others {@code [example]} mass on two other elements
   * @param start {@code [example]} mass on the first token
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  record Best(String head, double[] shared, double[] others, double[] start) {}

  Best best() {
    int half = examples.size() / 2;
    int best = 0;
    for (int slot = 1; slot < shared.length; slot++) {
      best = excess(slot, half) > excess(best, half) ? slot : best;
    }
    return new Best(
        "L%dH%d".formatted(best / heads, best % heads),
        rest(shared[best], half),
        rest(others[best], half),
        rest(start[best], half));
  }

  private double excess(int slot, int first) {
    double excess = 0;
    for (int i = 0; i < first; i++) {
      excess += shared[slot][i] - others[slot][i];
    }
    return excess;
  }

  private static double[] rest(double[] values, int first) {
    return Arrays.copyOfRange(values, first, values.length);
  }
}
