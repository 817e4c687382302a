package circuitscope.heads.sinks;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.trace.PatternReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the sinks of samples in one pass, each pattern reduced as it is made. */
final class SinkMeter {
  private final Model model;
  private final SinkRateAnalysis.Parameters p;
  private final AlphaSums.Grid grid;
  private final List<HeadName> names;
  private final double[] floor; // [key]

  SinkMeter(Model model, SinkRateAnalysis.Parameters p) {
    this.model = model;
    this.p = p;
    this.grid = p.grid();
    this.names = HeadName.all(model.spec());
    this.floor = UniformAttention.alphas(p.length());
  }

  SinkProfile measure(SampleTokens samples, Progress progress) {
    int layers = model.spec().layers();
    int heads = model.spec().attention().heads();
    AlphaSums alphas = new AlphaSums(grid, samples.rows().length, layers, heads);
    PermutationNull permuted = new PermutationNull(p.permutations(), layers, heads, p.seed());
    BeyondSink beyond = new BeyondSink(p.length(), layers, heads);
    progress.begin(samples.rows().length, "samples");
    int from = 0;
    for (TokenBatch batch : samples.batches(p.batch())) {
      memory(batch).check(model.device());
      permuted.deal(batch.batch(), p.length());
      int first = from;
      model.run(
          batch,
          new PatternReader(
              (layer, pattern) -> {
                alphas.add(first, layer, pattern);
                permuted.add(layer, pattern);
                beyond.add(layer, pattern);
              }));
      from += batch.batch();
      progress.advance(batch.batch());
    }
    return profile(samples, alphas, permuted, beyond);
  }

  /**
   * Of one pass: beside the run itself, a running sum of the pattern and the weights by distance.
   */
  private MemoryEstimate memory(TokenBatch batch) {
    long square = (long) p.length() * p.length();
    long pattern = batch.batch() * square * model.spec().attention().heads();
    long dealt = 3L * batch.batch() * p.length() * p.permutations();
    return MemoryEstimate.run(
        model.spec(),
        model.precision(),
        batch.batch(),
        p.length(),
        2 * pattern + dealt + 16 * square,
        false);
  }

  private SinkProfile profile(
      SampleTokens samples, AlphaSums alphas, PermutationNull permuted, BeyondSink beyond) {
    double[] maxima = permuted.maxima();
    List<SinkProfile.Head> heads =
        IntStream.range(0, names.size())
            .mapToObj(
                i -> {
                  Estimate alpha = Estimate.mean(alphas.alpha0(i), p.seed());
                  return new SinkProfile.Head(
                      names.get(i), alpha, alpha.value() / floor[0], chance(maxima, alpha.value()));
                })
            .toList();
    double[] means = mean(alphas);
    return new SinkProfile(
        samples.kind().word(),
        positions(alphas, means),
        layers(alphas, heads),
        heads,
        maximum(heads, maxima),
        surface(alphas),
        means,
        floor,
        beyond(beyond),
        samples.read());
  }

  private double[] mean(AlphaSums alphas) {
    double[] means = new double[p.length()];
    for (int head = 0; head < names.size(); head++) {
      double[] one = alphas.profile(head);
      for (int key = 0; key < means.length; key++) {
        means[key] += one[key] / names.size();
      }
    }
    return means;
  }

  private List<SinkProfile.Position> positions(AlphaSums alphas, double[] means) {
    int epsilon = grid.indexOf(p.epsilon());
    int longest = grid.lengths().length - 1;
    return IntStream.range(0, grid.keys())
        .mapToObj(
            key ->
                new SinkProfile.Position(
                    key,
                    Estimate.mean(alphas.rates(longest, epsilon, key), p.seed()),
                    means[key],
                    floor[key],
                    means[key] / floor[key],
                    1 / floor[key]))
        .toList();
  }

  private List<SinkProfile.Layer> layers(AlphaSums alphas, List<SinkProfile.Head> heads) {
    return IntStream.range(0, model.spec().layers())
        .mapToObj(
            layer -> {
              double alpha =
                  heads.stream()
                      .filter(head -> head.head().layer() == layer)
                      .mapToDouble(head -> head.alpha0().value())
                      .average()
                      .orElse(Double.NaN);
              Estimate rate = Estimate.mean(alphas.layerRates(layer, p.epsilon()), p.seed());
              return new SinkProfile.Layer(layer, rate, alpha, alpha / floor[0]);
            })
        .toList();
  }

  private static @Nullable Double chance(double[] maxima, double alpha) {
    if (maxima.length == 0) {
      return null;
    }
    long reached = Arrays.stream(maxima).filter(maximum -> maximum >= alpha).count();
    return (1.0 + reached) / (maxima.length + 1);
  }

  private SinkProfile.MaximumNull maximum(List<SinkProfile.Head> heads, double[] maxima) {
    SinkProfile.Head largest =
        heads.stream().max(Comparator.comparingDouble(head -> head.alpha0().value())).orElseThrow();
    return new SinkProfile.MaximumNull(
        largest.head(),
        largest.timesUniform(),
        quantile(maxima, 0.5) / floor[0],
        quantile(maxima, 0.95) / floor[0],
        quantile(maxima, 0.99) / floor[0],
        maxima.length);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }

  private SinkProfile.Surface surface(AlphaSums alphas) {
    int[] lengths = grid.lengths();
    double[] epsilons = grid.epsilons();
    double[][][] rate = new double[grid.keys()][lengths.length][epsilons.length];
    List<List<Estimate>> key0 = new ArrayList<>();
    double[] uniform = new double[lengths.length];
    for (int j = 0; j < lengths.length; j++) {
      List<Estimate> row = new ArrayList<>();
      for (int e = 0; e < epsilons.length; e++) {
        for (int key = 0; key < grid.keys(); key++) {
          double[] rates = alphas.rates(j, e, key);
          rate[key][j][e] =
              key < lengths[j] ? Arrays.stream(rates).average().orElse(0) : Double.NaN;
        }
        row.add(Estimate.mean(alphas.rates(j, e, 0), p.seed()));
      }
      key0.add(row);
      uniform[j] = UniformAttention.alpha(0, lengths[j]);
    }
    return new SinkProfile.Surface(lengths, epsilons, rate, key0, uniform);
  }

  private SinkProfile.Beyond beyond(BeyondSink beyond) {
    BeyondSink.Rest uniform = beyond.uniform();
    List<SinkProfile.Rest> heads =
        IntStream.range(0, names.size())
            .mapToObj(
                i -> {
                  BeyondSink.Rest rest = beyond.of(i);
                  return new SinkProfile.Rest(names.get(i), rest.surviving(), rest.byDistance());
                })
            .toList();
    return new SinkProfile.Beyond(
        beyond.bins(),
        heads,
        new SinkProfile.Rest(null, uniform.surviving(), uniform.byDistance()));
  }
}
