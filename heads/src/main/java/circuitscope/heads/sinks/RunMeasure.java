package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;

/**
 * What one run shows of sinks, sample by sample: α and rate at chosen keys, losses, and the first
 * position's norms and angles, all under whatever taps edit the run.
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record RunMeasure(
    int[] keys,
    double[][] alpha, // [key][sample], mean over layers and heads
    double[][] rate, // [key][sample], share of heads above ε
    float[][] lossNats, // [sample][position − 1]
    double[] h, // [sample], mean over layers of the norm at position 0 over that elsewhere
    double[] k,
    double[] v,
    double[] cos) { // [sample], mean over layers, heads and queries of cos(q_t, k_0)

  /** What is measured of every run alike. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Protocol(Model model, double epsilon, int batch, int[] keys) {}

  /** The taps that edit the samples of one batch. */
  @FunctionalInterface
  interface Edits {
    Edits NONE = (from, batch) -> Taps.NONE;

    /**
     * Taps for one batch.
     *
     * @param from number of its first sample
     */
    Taps of(int from, TokenBatch batch);
  }

  static RunMeasure of(Protocol protocol, SampleTokens samples, Edits edits) {
    int count = samples.rows().length;
    int keys = protocol.keys().length;
    RunMeasure measure =
        new RunMeasure(
            protocol.keys(),
            new double[keys][count],
            new double[keys][count],
            new float[count][],
            new double[count],
            new double[count],
            new double[count],
            new double[count]);
    int from = 0;
    for (TokenBatch batch : samples.batches(protocol.batch())) {
      measure.run(protocol, from, batch, edits.of(from, batch));
      from += batch.batch();
    }
    return measure;
  }

  private void run(Protocol protocol, int from, TokenBatch batch, Taps edits) {
    Model model = protocol.model();
    int layers = model.spec().layers();
    PatternReader patterns =
        new PatternReader((layer, pattern) -> add(protocol, from, layers, pattern));
    Mechanism mechanism = new Mechanism(from, layers);
    try (MechanismReader reader = new MechanismReader(model, false, mechanism)) {
      float[][] losses = model.tokenLosses(batch, Taps.all(List.of(edits, patterns, reader)));
      System.arraycopy(losses, 0, lossNats, from, losses.length);
    }
  }

  private void add(Protocol protocol, int from, int layers, NDArray pattern) {
    int batch = (int) pattern.getShape().get(0);
    int heads = (int) pattern.getShape().get(1);
    int length = (int) pattern.getShape().get(2);
    float[] sums; // [batch, head, key]
    try (NDArray columns = pattern.sum(new int[] {2})) {
      sums = columns.toFloatArray();
    }
    double share = 1.0 / layers / heads;
    for (int row = 0; row < batch * heads; row++) {
      for (int i = 0; i < keys.length; i++) {
        double one = sums[row * length + keys[i]] / (double) (length - keys[i]);
        alpha[i][from + row / heads] += one * share;
        rate[i][from + row / heads] += one > protocol.epsilon() ? share : 0;
      }
    }
  }

  /** Norms at position 0 over those elsewhere, and the angle of queries with the first key. */
  private final class Mechanism implements MechanismReader.Reduction {
    private final int from;
    private final int layers;

    Mechanism(int from, int layers) {
      this.from = from;
      this.layers = layers;
    }

    @Override
    public void state(int state, int positions, float[] norms) {
      if (state == 0) {
        return; // the embedding: no layer has written yet
      }
      for (int sample = 0; sample < norms.length / positions; sample++) {
        double others = 0;
        for (int position = 1; position < positions; position++) {
          others += norms[sample * positions + position] / (positions - 1.0);
        }
        h[from + sample] += norms[sample * positions] / others / layers;
      }
    }

    @Override
    public void layer(LayerMechanism m) {
      for (int sample = 0; sample < m.axes().samples(); sample++) {
        k[from + sample] +=
            m.sinkNorm(m.kNorm(), sample) / m.othersNorm(m.kNorm(), sample) / layers;
        v[from + sample] +=
            m.sinkNorm(m.vNorm(), sample) / m.othersNorm(m.vNorm(), sample) / layers;
        cos[from + sample] += m.queryMean(m.cosSink(), sample) / layers;
      }
    }
  }

  /** By sample: mean loss of the targets scored. */
  double[] losses(boolean[][] scored) {
    return means(lossNats, scored);
  }

  /** By sample: mean difference of loss to another run on the same targets. */
  double[] changes(RunMeasure untouched, boolean[][] scored) {
    float[][] differences = new float[lossNats.length][];
    for (int sample = 0; sample < differences.length; sample++) {
      differences[sample] = lossNats[sample].clone();
      for (int i = 0; i < differences[sample].length; i++) {
        differences[sample][i] -= untouched.lossNats[sample][i];
      }
    }
    return means(differences, scored);
  }

  private static double[] means(float[][] values, boolean[][] scored) {
    double[] means = new double[values.length];
    for (int sample = 0; sample < means.length; sample++) {
      int count = 0;
      for (int i = 0; i < values[sample].length; i++) {
        if (scored[sample][i]) {
          means[sample] += values[sample][i];
          count++;
        }
      }
      means[sample] /= count;
    }
    return means;
  }

  /** Every target of every sample. */
  boolean[][] everything() {
    boolean[][] scored = new boolean[lossNats.length][];
    for (int sample = 0; sample < scored.length; sample++) {
      scored[sample] = new boolean[lossNats[sample].length];
      Arrays.fill(scored[sample], true);
    }
    return scored;
  }
}
