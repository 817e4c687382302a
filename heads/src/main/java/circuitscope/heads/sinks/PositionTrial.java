package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Interventions.Edit;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Learned position embeddings put elsewhere (Gu et al. 2024, table 2): p_t in the place of p_0, and
 * the two swapped; beside them two other positions swapped at random.
 */
final class PositionTrial {
  private final RunMeasure.Protocol protocol;
  private final SampleTokens samples;
  private final RunMeasure untouched;
  private final long seed;

  PositionTrial(
      RunMeasure.Protocol protocol, SampleTokens samples, RunMeasure untouched, long seed) {
    this.protocol = protocol;
    this.samples = samples;
    this.untouched = untouched;
    this.seed = seed;
  }

  static int runs(int positions, int draws) {
    return 2 * positions + draws;
  }

  List<Outcome> run(List<Integer> positions, int draws, Progress progress) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int t : positions) {
      outcomes.add(outcome("position 0 takes embedding of " + t, 0, t, false, t));
      progress.advance(1);
      outcomes.add(outcome("positions 0 and " + t + " swapped", 0, t, true, t));
      progress.advance(1);
    }
    RandomGenerator random = OrdinaryTokens.random(seed);
    List<Outcome> controls = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      int a = random.nextInt(1, samples.length());
      int b = a;
      while (b == a) {
        b = random.nextInt(1, samples.length());
      }
      controls.add(outcome("draw", a, b, true, 0));
      progress.advance(1);
    }
    outcomes.add(Outcome.ofDraws("two other positions swapped", controls));
    return outcomes;
  }

  private Outcome outcome(String name, int to, int from, boolean swap, int moved) {
    Intervention move =
        new Intervention.Custom(
            rows -> { // [batch, position, dModel]
              NDArray copy = rows.duplicate();
              copy.set(at(to), rows.get(at(from)));
              if (swap) {
                copy.set(at(from), rows.get(at(to)));
              }
              return copy;
            });
    Edit edit = new Edit(Site.of(SiteKind.POS_EMBED), move);
    RunMeasure.Edits edits =
        (first, batch) -> new Interventions(protocol.model().spec(), List.of(edit));
    RunMeasure measured = RunMeasure.of(protocol, samples, edits);
    return Outcome.of(name, measured, untouched, null, moved, seed);
  }

  private static NDIndex at(int position) {
    return new NDIndex(":, {}", position);
  }
}
