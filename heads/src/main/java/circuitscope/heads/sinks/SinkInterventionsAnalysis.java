package circuitscope.heads.sinks;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Positions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What makes the sink, tried out three ways: the position's embedding (Gu et al. 2024, table 2),
 * the first tokens (Xiao et al. 2024, table 1) and the largest values of the stream (Sun et al.
 * 2024).
 *
 * <p>A sink that is positional follows a learned position embedding to where it is put, and stays
 * whatever tokens come first; one that works as a bias can be put to its mean but not to zero. Each
 * run stands beside the untouched one and beside random controls of its kind.
 */
public final class SinkInterventionsAnalysis
    implements Analysis<SinkInterventionsAnalysis.Parameters, SinkInterventions> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Threshold of a sink, above 0 and below 1", byDefault = "0.3", min = 0, max = 1)
          double epsilon,
      @Param(help = "Tokens a sample", byDefault = "64", min = 8, unit = "tokens") int length,
      @Param(help = "Samples at most", byDefault = "40", min = 2, unit = "samples") int samples,
      @Param(help = "Samples run at once", byDefault = "10", min = 1, unit = "samples") int batch,
      @Param(
              help = "What the samples are made of: natural, random or repeated",
              byDefault = "natural")
          SinkRateAnalysis.Tokens tokens,
      @Param(
              help = "Positions whose embedding takes the place of the first, counted from 0",
              byDefault = "4,9,14,19",
              min = 1)
          List<Integer> positions,
      @Param(help = "First tokens that are replaced", byDefault = "4", min = 1, unit = "tokens")
          int replaced,
      @Param(
              help = "Token id that takes their place; without it the tokenizer's newline",
              optional = true,
              min = 0)
          @Nullable Integer filler,
      @Param(help = "Draws of each random control", byDefault = "5", min = 1, max = 100) int draws,
      @Param(help = "Seed of drawn tokens, controls and bootstrap", byDefault = "0") long seed) {

    public Parameters {
      SinkRateAnalysis.checkThreshold(epsilon);
      positions = List.copyOf(positions);
      if (tokens == SinkRateAnalysis.Tokens.ALL) {
        throw new IllegalArgumentException(
            "tokens: interventions run on one kind; choose natural, random or repeated");
      }
      for (int position : positions) {
        if (position >= length) {
          throw new IllegalArgumentException(
              "positions: %d is not in a sample of %d tokens; raise --length"
                  .formatted(position, length));
        }
      }
      if (2 * replaced >= length) {
        throw new IllegalArgumentException(
            "replaced: %d tokens leave too few of %d; they must be less than half"
                .formatted(replaced, length));
      }
    }

    private int[] keys() {
      return IntStream.concat(
              IntStream.of(0), positions.stream().mapToInt(Integer::intValue).sorted().distinct())
          .toArray();
    }
  }

  @Override
  public String id() {
    return "sinks.interventions";
  }

  @Override
  public String title() {
    return "Sink interventions";
  }

  @Override
  public String description() {
    return "What makes the sink: swap position embeddings, replace the first tokens, put the"
        + " largest values to zero and to their mean, each beside random controls (Gu et al."
        + " 2024, Xiao et al. 2024, Sun et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out interventions";
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
  public SinkInterventions run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    SampleTokens samples =
        SampleTokens.of(
            p.tokens().kinds().getFirst(),
            subject,
            new SampleTokens.Size(p.length(), p.samples(), p.seed()));
    List<SinkInterventions.NotApplicable> skipped = new ArrayList<>();
    @Nullable Integer filler = FirstTokenTrial.filler(p.filler(), subject, skipped);
    RunMeasure.Protocol protocol = new RunMeasure.Protocol(model, p.epsilon(), p.batch(), p.keys());
    boolean learned = model.spec().learnedPositions();
    progress.begin(
        2L
            + (learned ? PositionTrial.runs(p.positions().size(), p.draws()) : 0)
            + (filler == null ? 0 : FirstTokenTrial.runs(p.draws()))
            + MassiveTrial.runs(p.draws()),
        "runs");
    RunMeasure untouched = RunMeasure.of(protocol, samples, RunMeasure.Edits.NONE);
    progress.advance(1);
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(Outcome.of("untouched", untouched, untouched, null, null, p.seed()));
    if (learned) {
      outcomes.addAll(
          new PositionTrial(protocol, samples, untouched, p.seed())
              .run(p.positions(), p.draws(), progress));
    } else {
      skipped.add(noTable(model.spec()));
    }
    if (filler != null) {
      outcomes.addAll(
          new FirstTokenTrial(protocol, samples, untouched, p.replaced(), p.seed())
              .run(filler, SampleTokens.ordinary(subject), p.draws(), progress));
    }
    MassiveEntries found = MassiveEntries.find(Magnitudes.of(model, samples, p.batch()), null);
    progress.advance(1);
    outcomes.addAll(
        new MassiveTrial(protocol, samples, found, untouched, p.seed()).run(p.draws(), progress));
    return new SinkInterventions(
        outcomes,
        skipped,
        new SinkInterventions.LargeValues(
            found.state() - 1, found.dimensions(), found.ratio(), found.defined()),
        filler == null ? null : subject.label(filler),
        SinkInterventions.protocol(p),
        samples.read(),
        p.epsilon());
  }

  private static SinkInterventions.NotApplicable noTable(DecoderSpec spec) {
    return new SinkInterventions.NotApplicable(
        "position embedding replaced and swapped",
        switch (spec.positions()) {
          case Positions.Rotating rotating ->
              "positions are rotary, turning queries and keys: there is no embedding to move";
          case Positions.Alibi alibi ->
              "positions are ALiBi, scores falling with distance: there is no embedding to move";
          case Positions.Learned learned -> throw new IllegalStateException(spec.family());
        });
  }
}
