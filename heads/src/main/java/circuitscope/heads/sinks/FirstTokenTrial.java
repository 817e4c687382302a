package circuitscope.heads.sinks;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The first tokens replaced by one that says little (Xiao et al. 2024, table 1: four newlines keep
 * the perplexity of the stream); beside them as many tokens replaced elsewhere, and the first ones
 * replaced by random tokens. Losses are of targets that were not replaced and follow the first
 * tokens.
 */
final class FirstTokenTrial {
  private final RunMeasure.Protocol protocol;
  private final SampleTokens samples;
  private final RunMeasure untouched;
  private final int count;
  private final long seed;

  FirstTokenTrial(
      RunMeasure.Protocol protocol,
      SampleTokens samples,
      RunMeasure untouched,
      int count,
      long seed) {
    this.protocol = protocol;
    this.samples = samples;
    this.untouched = untouched;
    this.count = count;
    this.seed = seed;
  }

  static int runs(int draws) {
    return 1 + 2 * draws;
  }

  /** The token to put there, or null, with the reason told, where none is known. */
  static @Nullable Integer filler(
      @Nullable Integer asked, Subject subject, List<SinkInterventions.NotApplicable> skipped) {
    int vocab = subject.model().spec().vocab();
    if (asked != null) {
      if (asked >= vocab) {
        throw new IllegalArgumentException(
            "filler: token id %d is outside the model's vocabulary of %d".formatted(asked, vocab));
      }
      return asked;
    }
    String reason = "the model has no tokenizer";
    if (subject.tokenizer() != null) {
      int[] newline = subject.tokenizer().encode("\n");
      if (newline.length == 1) {
        return newline[0];
      }
      reason = "a newline is %d tokens here".formatted(newline.length);
    }
    skipped.add(
        new SinkInterventions.NotApplicable(
            "first tokens replaced by newlines",
            reason + "; name the token to put there with --filler ID"));
    return null;
  }

  List<Outcome> run(int filler, int[] ordinary, int draws, Progress progress) {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(outcome("first %d tokens replaced".formatted(count), 0, () -> filler));
    progress.advance(1);
    RandomGenerator random = OrdinaryTokens.random(seed);
    List<Outcome> elsewhere = new ArrayList<>();
    List<Outcome> randomly = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      int start = random.nextInt(count, samples.length() - count);
      elsewhere.add(outcome("draw", start, () -> filler));
      progress.advance(1);
      randomly.add(outcome("draw", 0, () -> ordinary[random.nextInt(ordinary.length)]));
      progress.advance(1);
    }
    outcomes.add(Outcome.ofDraws("%d tokens elsewhere replaced".formatted(count), elsewhere));
    outcomes.add(Outcome.ofDraws("first %d tokens random".formatted(count), randomly));
    return outcomes;
  }

  private Outcome outcome(String name, int start, IntSupplier token) {
    int[][] rows = Arrays.stream(samples.rows()).map(int[]::clone).toArray(int[][]::new);
    boolean[][] scored = untouched.everything();
    for (int sample = 0; sample < rows.length; sample++) {
      for (int position = start; position < start + count; position++) {
        rows[sample][position] = token.getAsInt();
      }
      // scored[i] is of the target at position i + 1
      Arrays.fill(scored[sample], 0, count - 1, false);
      Arrays.fill(scored[sample], Math.max(0, start - 1), start + count - 1, false);
    }
    RunMeasure measured =
        RunMeasure.of(
            protocol,
            new SampleTokens(samples.kind(), rows, samples.read()),
            RunMeasure.Edits.NONE);
    return Outcome.of(name, measured, untouched, scored, null, seed);
  }
}
