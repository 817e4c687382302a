package circuitscope.heads.sinks;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The sink rate of the first positions (Gu et al. 2024, "When Attention Sink Emerges in Language
 * Models").
 *
 * <p>For key k of a head, α_k is the mean over queries i ≥ k of the pattern at key k; the rate is
 * the share of (sample, layer, head) with α_k > ε. Both depend on the length, and uniform attention
 * has an α of its own, (H_T − H_k) / (T − k): every number stands beside it, and the rate is given
 * over thresholds and lengths.
 */
public final class SinkRateAnalysis implements Analysis<SinkRateAnalysis.Parameters, SinkRate> {

  /** What the samples are made of. */
  public enum Tokens {
    /** The text or ids that were given. */
    NATURAL,
    /** Tokens drawn at random. */
    RANDOM,
    /** One drawn token at every position. */
    REPEATED,
    /** All three, side by side. */
    ALL;

    List<SampleTokens.Kind> kinds() {
      return this == ALL
          ? List.of(SampleTokens.Kind.values())
          : List.of(SampleTokens.Kind.valueOf(name()));
    }
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Threshold of a sink, above 0 and below 1", byDefault = "0.3", min = 0, max = 1)
          double epsilon,
      @Param(help = "Tokens a sample", byDefault = "64", min = 2, unit = "tokens") int length,
      @Param(help = "Samples at most", byDefault = "100", min = 1, unit = "samples") int samples,
      @Param(help = "Samples run at once", byDefault = "20", min = 1, unit = "samples") int batch,
      @Param(help = "What the samples are made of", byDefault = "natural") Tokens tokens,
      @Param(help = "First key positions told of", byDefault = "8", min = 1, unit = "positions")
          int keys,
      @Param(
              help = "Thresholds of the surface",
              byDefault = "0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9",
              min = 0,
              max = 1)
          List<Double> epsilons,
      @Param(
              help = "Lengths of the surface; without them, powers of two from 8 up to --length",
              optional = true,
              min = 2,
              unit = "tokens")
          List<Integer> lengths,
      @Param(
              help = "Replicates of the null of the largest head; 0 for none",
              byDefault = "200",
              min = 0,
              max = 10000)
          int permutations,
      @Param(help = "Seed of drawn tokens, null and bootstrap", byDefault = "0") long seed) {

    public Parameters {
      epsilons = List.copyOf(epsilons);
      lengths = List.copyOf(lengths);
      checkThreshold(epsilon);
      epsilons.forEach(SinkRateAnalysis::checkThreshold);
      for (int one : lengths) {
        if (one > length) {
          throw new IllegalArgumentException(
              "lengths: %d is longer than a sample of %d tokens; raise --length"
                  .formatted(one, length));
        }
      }
    }

    /** The surface, with the threshold and the length that the rates are for. */
    AlphaSums.Grid grid() {
      IntStream chosen =
          lengths.isEmpty()
              ? IntStream.iterate(8, one -> one < length, one -> 2 * one)
              : lengths.stream().mapToInt(Integer::intValue);
      return new AlphaSums.Grid(
          IntStream.concat(chosen, IntStream.of(length)).sorted().distinct().toArray(),
          Stream.concat(epsilons.stream(), Stream.of(epsilon))
              .mapToDouble(Double::doubleValue)
              .sorted()
              .distinct()
              .toArray(),
          Math.min(keys, length));
    }
  }

  static void checkThreshold(double epsilon) {
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "epsilon: %s is not a threshold; attention lies between 0 and 1, and so must it"
              .formatted(epsilon));
    }
  }

  @Override
  public String id() {
    return "sinks.rate";
  }

  @Override
  public String title() {
    return "Sink rate";
  }

  @Override
  public String description() {
    return "How often the first positions draw more than a threshold of a head's attention (Gu et"
        + " al. 2024), on text, on random tokens and on one repeated token, beside uniform"
        + " attention and a null of the largest head.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --epsilon 0.3 --length 64 --tokens all";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.USUAL;
  }

  @Override
  public SinkRate run(Subject subject, Parameters p, Progress progress) {
    SinkMeter meter = new SinkMeter(subject.model(), p);
    List<SampleTokens.Kind> kinds = p.tokens().kinds();
    SampleTokens.Size size = new SampleTokens.Size(p.length(), p.samples(), p.seed());
    List<SampleTokens> samples =
        kinds.stream().map(kind -> SampleTokens.of(kind, subject, size)).toList();
    List<SinkProfile> profiles = new ArrayList<>();
    for (SampleTokens one : samples) {
      profiles.add(
          meter.measure(one, progress.step(one.kind().word() + " tokens", 1.0 / samples.size())));
    }
    return SinkRate.of(profiles, p, protocol(p, samples.getFirst().rows().length));
  }

  private static Map<String, Object> protocol(Parameters p, int samples) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "gu-sink-rate/2");
    protocol.put("alpha", "mean over queries i >= k of the pattern at key k");
    protocol.put("rate", "share of (sample, layer, head) with alpha > epsilon");
    protocol.put("epsilon", p.epsilon());
    protocol.put("length", p.length());
    protocol.put("samples", samples);
    protocol.put("uniform", "(H_T - H_k) / (T - k), k from 0");
    protocol.put("intervals", "95 % percentile bootstrap over samples");
    protocol.put(
        "null",
        "each query deals its weights anew over the keys it sees, alike for all heads; maximum over"
            + " heads of the mean alpha of key 0");
    protocol.put("permutations", p.permutations());
    protocol.put("beyond_sink", "queries >= 1 without key 0, each weighted by what survives in it");
    protocol.put("seed", p.seed());
    return protocol;
  }
}
