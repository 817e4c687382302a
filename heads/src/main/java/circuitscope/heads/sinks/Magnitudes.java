package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The largest and the middle magnitudes of each state of the residual stream, sample by sample (Sun
 * et al. 2024, section 2). State 0 is the embedding, state l + 1 what layer l leaves; the last is
 * taken before any final norm.
 */
final class Magnitudes implements Taps {
  /** Values a state and sample that are kept, the largest. */
  static final int KEPT = 16;

  /** One value of a state. */
  record Entry(int sample, int position, int dimension, float value) {
    float magnitude() {
      return Math.abs(value);
    }
  }

  /**
   * One state of one sample.
   *
   * @param largest {@link #KEPT} at most, the largest magnitude first
   * @param median of all magnitudes
   */
  record State(List<Entry> largest, float median) {
    double ratio() {
      return largest.getFirst().magnitude() / (double) median;
    }
  }

  private final List<List<State>> states; // [state][sample]
  private int from;

  private Magnitudes(int states) {
    this.states =
        Stream.generate(() -> (List<State>) new ArrayList<State>()).limit(states).toList();
  }

  /** By state, by sample. */
  static List<List<State>> of(Model model, SampleTokens samples, int batch) {
    Magnitudes magnitudes = new Magnitudes(model.spec().layers() + 1);
    for (TokenBatch tokens : samples.batches(batch)) {
      model.run(tokens, magnitudes);
      magnitudes.from += tokens.batch();
    }
    return magnitudes.states;
  }

  /** Where a state stands. */
  static Site site(int state) {
    return state == 0 ? Site.of(SiteKind.RESID_PRE, 0) : Site.of(SiteKind.RESID_POST, state - 1);
  }

  @Override
  public boolean wants(Site site) {
    return site.kind() == SiteKind.RESID_POST
        || (site.kind() == SiteKind.RESID_PRE && site.layer() == 0);
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    int state = site.kind() == SiteKind.RESID_PRE ? 0 : site.layer() + 1;
    float[] values;
    try (NDArray wide = value.toType(DataType.FLOAT32, true)) {
      values = wide.toFloatArray(); // [batch, position, dModel]
    }
    int batch = (int) value.getShape().get(0);
    int width = (int) value.getShape().get(2);
    int size = values.length / batch;
    for (int sample = 0; sample < batch; sample++) {
      float[] own = Arrays.copyOfRange(values, sample * size, (sample + 1) * size);
      states.get(state).add(read(from + sample, own, width));
    }
    return value;
  }

  private static State read(int sample, float[] values, int width) {
    float[] magnitudes = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      magnitudes[i] = Math.abs(values[i]);
    }
    Arrays.sort(magnitudes);
    float least = magnitudes[Math.max(0, magnitudes.length - KEPT)];
    List<Entry> largest = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (Math.abs(values[i]) >= least) {
        largest.add(new Entry(sample, i / width, i % width, values[i]));
      }
    }
    largest.sort(Comparator.comparingDouble(entry -> -entry.magnitude()));
    return new State(
        largest.subList(0, Math.min(KEPT, largest.size())), magnitudes[(values.length - 1) / 2]);
  }
}
