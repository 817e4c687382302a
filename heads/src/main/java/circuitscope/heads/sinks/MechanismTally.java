package circuitscope.heads.sinks;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Gathers what {@link MechanismReader} reads over samples. */
final class MechanismTally implements MechanismReader.Reduction {
  /** Positions a sample whose values are kept for quantiles. */
  private static final int KEPT = 16;

  private final DecoderSpec spec;
  private final int stride;
  private final List<Contrast.Tally> h; // by state
  private final List<Contrast.Tally> k;
  private final List<Contrast.Tally> v;
  private final List<Contrast.Tally> scale;
  private final List<Contrast.Tally> cos;
  private final List<HeadTally> heads;

  /** One head's numbers, sample by sample, and the sums behind its constancies. */
  private static final class HeadTally {
    private final List<double[]> cos = new ArrayList<>(); // 1, sink, others
    private final List<Double> mass = new ArrayList<>();
    private final List<Double> share = new ArrayList<>();
    private final Constancy sink = new Constancy();
    private final Constancy rest = new Constancy();
  }

  /** ‖E u‖² / E‖u‖². */
  private static final class Constancy {
    private double[] sum = {};
    private double squares;
    private long count;

    void add(double[] vectors) {
      sum = sum.length == 0 ? new double[vectors.length] : sum;
      for (int i = 0; i < sum.length; i++) {
        sum[i] += vectors[i];
      }
    }

    void add(double norm) {
      squares += norm * norm;
      count++;
    }

    double value() {
      double square = 0;
      for (double one : sum) {
        square += one * one;
      }
      return square / count / squares;
    }
  }

  MechanismTally(DecoderSpec spec, int length) {
    this.spec = spec;
    this.stride = Math.max(1, (length - 1) / KEPT);
    int layers = spec.layers();
    this.h = many(layers + 1, () -> new Contrast.Tally(Contrast.By.RATIO));
    this.k = many(layers, () -> new Contrast.Tally(Contrast.By.RATIO));
    this.v = many(layers, () -> new Contrast.Tally(Contrast.By.RATIO));
    this.scale = many(layers, () -> new Contrast.Tally(Contrast.By.RATIO));
    this.cos = many(layers, () -> new Contrast.Tally(Contrast.By.DIFFERENCE));
    this.heads = many(layers * spec.attention().heads(), HeadTally::new);
  }

  private static <T> List<T> many(int count, Supplier<T> make) {
    return Stream.generate(make).limit(count).toList();
  }

  private boolean kept(int position) {
    return position % stride == 0;
  }

  @Override
  public void state(int state, int positions, float[] norms) {
    Contrast.Tally tally = h.get(state);
    for (int i = 0; i < norms.length; i++) {
      int position = i % positions;
      if (position == 0) {
        tally.sink(norms[i], true);
      } else {
        tally.others(norms[i], kept(position));
      }
      if (position == positions - 1) {
        tally.next();
      }
    }
  }

  @Override
  public void layer(LayerMechanism m) {
    for (int sample = 0; sample < m.axes().samples(); sample++) {
      keys(m, sample);
      queries(m, sample);
      for (int head = 0; head < m.axes().heads(); head++) {
        head(m, sample, head);
      }
    }
    for (int head = 0; head < m.axes().heads(); head++) {
      HeadTally tally = heads.get(m.layer() * m.axes().heads() + head);
      tally.sink.add(m.writes().sinkSum()[head]);
      tally.rest.add(m.writes().restSum()[head]);
    }
  }

  private void keys(LayerMechanism m, int sample) {
    LayerMechanism.Axes axes = m.axes();
    for (int position = 0; position < axes.positions(); position++) {
      for (int group = 0; group < axes.groups(); group++) {
        int at = axes.keyAt(sample, position, group);
        if (position == 0) {
          k.get(m.layer()).sink(m.kNorm()[at], true);
          v.get(m.layer()).sink(m.vNorm()[at], true);
        } else {
          k.get(m.layer()).others(m.kNorm()[at], kept(position));
          v.get(m.layer()).others(m.vNorm()[at], kept(position));
        }
      }
    }
    k.get(m.layer()).next();
    v.get(m.layer()).next();
  }

  /** ‖q_t‖·‖k_0‖ and cos(q_t, k_0) beside the means over the other keys that t sees. */
  private void queries(LayerMechanism m, int sample) {
    LayerMechanism.Axes axes = m.axes();
    for (int head = 0; head < axes.heads(); head++) {
      double seen = 0; // Σ ‖k_j‖ over 1 ≤ j ≤ t
      float first = m.kNorm()[axes.keyAt(sample, 0, axes.group(head))];
      for (int t = 1; t < axes.positions(); t++) {
        boolean keep = kept(t);
        float query = m.qNorm()[axes.queryAt(sample, t, head)];
        seen += m.kNorm()[axes.keyAt(sample, t, axes.group(head))];
        scale.get(m.layer()).sink(query * first, keep);
        scale.get(m.layer()).others(query * seen / t, keep);
        int at = axes.at(sample, head, t);
        cos.get(m.layer()).sink(m.cosSink()[at], keep);
        cos.get(m.layer()).others(m.cosOthers()[at], keep);
      }
    }
    scale.get(m.layer()).next();
    cos.get(m.layer()).next();
  }

  private void head(LayerMechanism m, int sample, int head) {
    LayerMechanism.Axes axes = m.axes();
    HeadTally tally = heads.get(m.layer() * axes.heads() + head);
    int queries = axes.positions() - 1;
    double sink = 0;
    double others = 0;
    double mass = 0;
    double share = 0;
    for (int t = 1; t < axes.positions(); t++) {
      int at = axes.at(sample, head, t);
      sink += m.cosSink()[at] / queries;
      others += m.cosOthers()[at] / queries;
      mass += m.mass()[at] / queries;
      share += m.writes().sinkNorm()[at] / m.writes().wholeNorm()[at] / queries;
      tally.sink.add(m.writes().sinkNorm()[at]);
      tally.rest.add(m.writes().restNorm()[at]);
    }
    tally.cos.add(new double[] {1, sink, others});
    tally.mass.add(mass);
    tally.share.add(share);
  }

  SinkWhy result(SampleTokens samples, SinkWhyAnalysis.Parameters p) {
    List<Contrast> states = h.stream().map(tally -> tally.contrast(p.seed())).toList();
    List<SinkWhy.Layer> layers =
        IntStream.range(0, spec.layers())
            .mapToObj(
                layer ->
                    new SinkWhy.Layer(
                        layer,
                        states.get(layer + 1),
                        k.get(layer).contrast(p.seed()),
                        v.get(layer).contrast(p.seed()),
                        scale.get(layer).contrast(p.seed()),
                        cos.get(layer).contrast(p.seed())))
            .toList();
    List<HeadName> names = HeadName.all(spec);
    List<SinkWhy.Head> found =
        IntStream.range(0, names.size())
            .mapToObj(i -> head(names.get(i), heads.get(i), p.seed()))
            .toList();
    return new SinkWhy(states.getFirst(), layers, found, p.length(), samples.read());
  }

  private static SinkWhy.Head head(HeadName name, HeadTally tally, long seed) {
    double[][] cos = tally.cos.toArray(double[][]::new);
    return new SinkWhy.Head(
        name,
        Estimate.of(cos, seed, sums -> sums.values()[1] / sums.values()[0]),
        Estimate.of(cos, seed, sums -> sums.values()[2] / sums.values()[0]),
        mean(tally.mass, seed),
        mean(tally.share, seed),
        tally.sink.value(),
        tally.rest.value());
  }

  private static Estimate mean(List<Double> values, long seed) {
    return Estimate.mean(values.stream().mapToDouble(Double::doubleValue).toArray(), seed);
  }
}
