package circuitscope.heads.sinks;

import circuitscope.heads.sinks.Magnitudes.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The values that stand out at the state where they appear.
 *
 * <p>Sun et al. 2024 call a value massive when its magnitude is above 100 and about 1,000 times the
 * median of its state. Where some state meets this in half of the samples, the first that does is
 * taken, with the values that meet it. Where none does, nothing is called massive: the first state
 * whose largest value reaches half of the highest ratio of all states is taken, with the values
 * above half of that state's own ratio.
 *
 * @param defined whether Sun et al.'s definition is met
 * @param state 0 the embedding, l + 1 after layer l
 * @param ratio magnitude over the state's median from which a value counts
 * @param dimensions at most three, those with values in most samples
 * @param entries the values that count on those dimensions
 */
record MassiveEntries(
    boolean defined, int state, double ratio, List<Integer> dimensions, List<Entry> entries) {
  static final double MAGNITUDE = 100;
  static final double RATIO = 1000;
  private static final int DIMENSIONS = 3;

  static boolean massive(Magnitudes.State state) {
    return state.largest().getFirst().magnitude() > MAGNITUDE && state.ratio() >= RATIO;
  }

  /**
   * Chooses.
   *
   * @param states by state, by sample
   * @param asked the state to look at; null to choose it
   */
  static MassiveEntries find(List<List<Magnitudes.State>> states, @Nullable Integer asked) {
    double[] ratios =
        states.stream()
            .mapToDouble(
                samples ->
                    samples.stream().mapToDouble(Magnitudes.State::ratio).average().orElse(0))
            .toArray();
    int state = asked == null ? appears(states, ratios) : asked;
    boolean defined = massiveShare(states.get(state)) >= 0.5;
    double ratio = defined ? RATIO : ratios[state] / 2;
    List<Entry> candidates = new ArrayList<>();
    for (Magnitudes.State sample : states.get(state)) {
      for (Entry entry : sample.largest()) {
        boolean large = entry.magnitude() >= ratio * sample.median();
        if (large && (!defined || entry.magnitude() > MAGNITUDE)) {
          candidates.add(entry);
        }
      }
    }
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(
          "state %d of the stream has no value that stands out from its median; name another layer"
              .formatted(state));
    }
    List<Integer> dimensions = dimensions(candidates, states.get(state).size());
    List<Entry> entries =
        candidates.stream().filter(entry -> dimensions.contains(entry.dimension())).toList();
    return new MassiveEntries(defined, state, ratio, dimensions, entries);
  }

  static double massiveShare(List<Magnitudes.State> samples) {
    return samples.stream().filter(MassiveEntries::massive).count() / (double) samples.size();
  }

  private static int appears(List<List<Magnitudes.State>> states, double[] ratios) {
    double highest = IntStream.range(0, ratios.length).mapToDouble(i -> ratios[i]).max().orElse(0);
    return IntStream.range(0, ratios.length)
        .filter(i -> massiveShare(states.get(i)) >= 0.5)
        .findFirst()
        .orElseGet(
            () ->
                IntStream.range(0, ratios.length)
                    .filter(i -> ratios[i] >= highest / 2)
                    .findFirst()
                    .orElseThrow());
  }

  /** Those with a value in half of the samples, or else the one with values in most. */
  private static List<Integer> dimensions(List<Entry> candidates, int samples) {
    Map<Integer, Long> seen =
        candidates.stream()
            .collect(
                Collectors.groupingBy(
                    Entry::dimension,
                    TreeMap::new,
                    Collectors.mapping(
                        Entry::sample,
                        Collectors.collectingAndThen(
                            Collectors.toSet(), distinct -> (long) distinct.size()))));
    List<Integer> byCount =
        seen.keySet().stream()
            .sorted(Comparator.comparingLong(dimension -> -seen.getOrDefault(dimension, 0L)))
            .toList();
    long often =
        byCount.stream()
            .filter(dimension -> seen.getOrDefault(dimension, 0L) * 2 >= samples)
            .count();
    return byCount.subList(0, Math.clamp(often, 1, DIMENSIONS));
  }

  List<Entry> on(int dimension) {
    return entries.stream().filter(entry -> entry.dimension() == dimension).toList();
  }

  /** The mean value on that dimension, at position 0 or elsewhere. */
  double mean(int dimension, boolean first) {
    return on(dimension).stream()
        .filter(entry -> (entry.position() == 0) == first)
        .mapToDouble(Entry::value)
        .average()
        .orElse(Double.NaN);
  }
}
