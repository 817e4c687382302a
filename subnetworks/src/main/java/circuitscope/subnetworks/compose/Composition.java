package circuitscope.subnetworks.compose;

import circuitscope.probes.statistics.Estimate;
import circuitscope.subnetworks.judge.BigramSurprisals;
import circuitscope.subnetworks.judge.Judge;
import circuitscope.subnetworks.judge.Surprisals;
import circuitscope.subnetworks.mask.Mask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A composition as it grows: what is known of each step. */
final class Composition {
  private static final double LN_2 = Math.log(2);
  private static final int TOKENS_LISTED = 10;

  private final Judge judge;
  private final long seed;
  private final IntFunction<String> label;
  private final List<ComposeResult.Step> steps = new ArrayList<>();
  private final List<float[]> firstBits = new ArrayList<>(); // [step][position]
  private @Nullable Mask start;
  private @Nullable Surprisals last;
  private double[] lastNats = {};

  Composition(Judge judge, long seed, IntFunction<String> label) {
    this.judge = judge;
    this.seed = seed;
    this.label = label;
  }

  void start(Mask mask, Surprisals surprisals) {
    start = mask;
    keep("", mask, surprisals, null, null, null, null);
  }

  void add(
      Unit unit, Mask mask, Surprisals after, Greedy.@Nullable Choice choice, @Nullable Path file) {
    Surprisals before = Objects.requireNonNull(last, "a composition has a start");
    double[] changes = nats(after);
    for (int i = 0; i < changes.length; i++) {
      changes[i] -= lastNats[i];
    }
    int[][] ids = judge.sequences().rows(0, judge.sequences().count());
    TokenChanges tokens =
        TokenChanges.of(before.padded(), after.padded(), ids, TOKENS_LISTED, label);
    keep(unit.toString(), mask, after, Estimate.mean(changes, seed), tokens, choice, file);
  }

  private void keep(
      String unit,
      Mask mask,
      Surprisals surprisals,
      @Nullable Estimate change,
      @Nullable TokenChanges tokens,
      Greedy.@Nullable Choice choice,
      @Nullable Path file) {
    BigramSurprisals bigrams = judge.bigrams();
    lastNats = nats(surprisals);
    steps.add(
        new ComposeResult.Step(
            steps.size(),
            unit,
            mask.active(),
            (double) mask.active() / mask.total(),
            Estimate.mean(lastNats, seed),
            change,
            bigrams.pearsonClamp(surprisals, seed),
            bigrams.pearsonDrop(surprisals, seed),
            choice == null ? null : choice.tried(),
            choice == null ? null : choice.lossNats(),
            tokens,
            mask.digest(),
            file == null ? null : file.toString()));
    firstBits.add(surprisals.padded()[0]);
    last = surprisals;
  }

  private static double[] nats(Surprisals surprisals) {
    return Arrays.stream(surprisals.means()).map(bits -> bits * LN_2).toArray();
  }

  ComposeResult result(ComposeAnalysis.Parameters p, Surprisals full, List<String> labels) {
    Mask from = Objects.requireNonNull(start, "a composition has a start");
    return new ComposeResult(
        from.name(),
        from.total(),
        p.greedy(),
        steps,
        Estimate.mean(nats(full), seed),
        judge.bigrams().pearsonClamp(full, seed),
        judge.read(),
        judge.setAside().count(),
        p.candidates(),
        seed,
        firstBits,
        labels);
  }
}
