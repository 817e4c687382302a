package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.heads.sinks.Magnitudes.Entry;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Interventions.Edit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The standing-out values put to zero, and to their mean over the samples, at the state where they
 * appear (Sun et al. 2024, section 3); beside them as many values put to zero on random dimensions
 * of the same tokens, and on the same dimensions at random positions.
 */
final class MassiveTrial {
  private final RunMeasure.Protocol protocol;
  private final SampleTokens samples;
  private final MassiveEntries found;
  private final RunMeasure untouched;
  private final long seed;

  MassiveTrial(
      RunMeasure.Protocol protocol,
      SampleTokens samples,
      MassiveEntries found,
      RunMeasure untouched,
      long seed) {
    this.protocol = protocol;
    this.samples = samples;
    this.found = found;
    this.untouched = untouched;
    this.seed = seed;
  }

  /** Runs that {@link #run} makes. */
  static int runs(int draws) {
    return 2 + 2 * draws;
  }

  List<Outcome> run(int draws, Progress progress) {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(outcome("large values to zero", zeroed(found.entries())));
    progress.advance(1);
    outcomes.add(outcome("large values to their mean", meaned()));
    progress.advance(1);
    RandomGenerator random = OrdinaryTokens.random(seed);
    List<Outcome> dimensions = new ArrayList<>();
    List<Outcome> positions = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      dimensions.add(outcome("draw", zeroed(onRandomDimensions(random))));
      progress.advance(1);
      positions.add(outcome("draw", zeroed(atRandomPositions(random))));
      progress.advance(1);
    }
    outcomes.add(Outcome.ofDraws("random dimensions to zero", dimensions));
    outcomes.add(Outcome.ofDraws("random positions to zero", positions));
    return outcomes;
  }

  private Outcome outcome(String name, List<Entry> values) {
    RunMeasure measured = RunMeasure.of(protocol, samples, edits(values));
    return Outcome.of(name, measured, untouched, null, null, seed);
  }

  private static List<Entry> zeroed(List<Entry> entries) {
    return entries.stream()
        .map(entry -> new Entry(entry.sample(), entry.position(), entry.dimension(), 0))
        .toList();
  }

  /** Means of the first token's values and of all others' apart, as they differ. */
  private List<Entry> meaned() {
    return found.entries().stream()
        .map(
            entry ->
                new Entry(
                    entry.sample(),
                    entry.position(),
                    entry.dimension(),
                    (float) found.mean(entry.dimension(), entry.position() == 0)))
        .toList();
  }

  private List<Entry> onRandomDimensions(RandomGenerator random) {
    int width = protocol.model().spec().dModel();
    List<Integer> drawn = new ArrayList<>();
    while (drawn.size() < found.dimensions().size()) {
      int one = random.nextInt(width);
      if (!found.dimensions().contains(one) && !drawn.contains(one)) {
        drawn.add(one);
      }
    }
    return found.entries().stream()
        .map(
            entry ->
                new Entry(
                    entry.sample(),
                    entry.position(),
                    drawn.get(found.dimensions().indexOf(entry.dimension())),
                    entry.value()))
        .toList();
  }

  private List<Entry> atRandomPositions(RandomGenerator random) {
    Set<Entry> taken = new HashSet<>();
    found.entries().forEach(entry -> taken.add(place(entry, entry.position())));
    List<Entry> moved = new ArrayList<>();
    for (Entry entry : found.entries()) {
      // A dimension that stands out at every position leaves none to move to.
      for (int attempt = 0; attempt < 100; attempt++) {
        Entry other = place(entry, random.nextInt(samples.length()));
        if (taken.add(other)) {
          moved.add(other);
          break;
        }
      }
    }
    return moved;
  }

  private static Entry place(Entry entry, int position) {
    return new Entry(entry.sample(), position, entry.dimension(), 0);
  }

  private RunMeasure.Edits edits(List<Entry> values) {
    DecoderSpec spec = protocol.model().spec();
    return (from, batch) -> {
      List<Entry> own =
          values.stream()
              .filter(one -> one.sample() >= from && one.sample() < from + batch.batch())
              .toList();
      Intervention set =
          new Intervention.Custom(
              state -> {
                NDArray copy = state.duplicate();
                for (Entry one : own) {
                  NDIndex at =
                      new NDIndex(
                          "{}, {}, {}", one.sample() - from, one.position(), one.dimension());
                  copy.set(at, one.value());
                }
                return copy;
              });
      return new Interventions(spec, List.of(new Edit(Magnitudes.site(found.state()), set)));
    };
  }
}
