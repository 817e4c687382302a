package circuitscope.heads.streaming;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.Rotary;
import java.util.ArrayList;
import java.util.List;

/** What a reader must know before believing the numbers. */
final class StreamNotes {
  private StreamNotes() {}

  static List<String> of(DecoderSpec spec, int sinks, int window, int tokens) {
    List<String> notes = new ArrayList<>();
    int capacity = sinks + window;
    if (tokens - 1 <= capacity + 1) {
      notes.add(
          "the text is too short for anything to be evicted: %,d tokens, and the cache keeps %,d"
              .formatted(tokens, capacity));
    }
    if (spec.learnedPositions()) {
      notes.add(
          "learned absolute positions cannot be re-indexed in the cache; with their own, a stream"
              + " ends with the table, after %,d tokens, and only recomputation goes on"
                  .formatted(spec.contextLength()));
    } else if (StreamMethod.onlyDistancesCount(spec)) {
      notes.add(
          "without sinks, re-indexing changes nothing: under %s attention depends on distances"
                  .formatted(spec.positions() instanceof Positions.Alibi ? "ALiBi" : "rotary")
              + " alone, so window and window-original are one");
    }
    long narrow =
        spec.attention().windows().stream().filter(own -> own > 0 && own <= capacity).count();
    if (narrow > 0) {
      int least =
          spec.attention().windows().stream()
              .filter(own -> own > 0)
              .min(Integer::compare)
              .orElse(0);
      notes.add(
          "%d of %d layers see %,d positions at most by themselves: there, what is farther in the"
                  .formatted(narrow, spec.layers(), least)
              + " cache is hidden, sinks included");
    }
    Rotary rotary = spec.rotary();
    if (rotary != null && rotary.scaling().dependsOnLength()) {
      notes.add(
          "this model's rotary frequencies depend on how far a run reaches: each method takes those"
              + " of its cache's size, so dense differs from the others from the start");
    }
    return notes;
  }
}
