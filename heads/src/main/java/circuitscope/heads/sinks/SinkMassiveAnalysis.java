package circuitscope.heads.sinks;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Massive activations (Sun et al. 2024, "Massive Activations in Large Language Models").
 *
 * <p>Few values of the residual stream, always on the same dimensions and mostly at the first
 * token, can be thousands of times larger than the median and act as fixed biases. Their definition
 * is a magnitude above 100 and about 1,000 times the median of its state; models that stay below it
 * still have values that stand out, and for those the plain ratio is told and the name is not used.
 * The values found are then put to zero and to their mean, beside random controls.
 */
public final class SinkMassiveAnalysis
    implements Analysis<SinkMassiveAnalysis.Parameters, SinkMassive> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a sample", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Samples at most", byDefault = "20", min = 2, unit = "samples") int samples,
      @Param(help = "Samples run at once", byDefault = "5", min = 1, unit = "samples") int batch,
      @Param(
              help =
                  "Change values after this layer, −1 for the embedding; without it where they"
                      + " appear",
              optional = true,
              min = -1)
          @Nullable Integer layer,
      @Param(
              help = "Threshold of a sink, above 0 and below 1, while values are changed",
              byDefault = "0.3",
              min = 0,
              max = 1)
          double epsilon,
      @Param(help = "Draws of each random control", byDefault = "5", min = 1, max = 100) int draws,
      @Param(help = "Seed of the controls and the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      SinkRateAnalysis.checkThreshold(epsilon);
    }
  }

  @Override
  public String id() {
    return "sinks.massive";
  }

  @Override
  public String title() {
    return "Massive activations";
  }

  @Override
  public String description() {
    return "The largest values of the residual stream by layer, where they stand, and what the"
        + " model loses without them (Sun et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out massive";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public SinkMassive run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    checkLayer(p.layer(), model.spec().layers());
    SampleTokens samples =
        SampleTokens.of(
            SampleTokens.Kind.NATURAL,
            subject,
            new SampleTokens.Size(p.length(), p.samples(), p.seed()));
    progress.begin(2L + MassiveTrial.runs(p.draws()), "runs");
    List<List<Magnitudes.State>> states = Magnitudes.of(model, samples, p.batch());
    progress.advance(1);
    MassiveEntries found = MassiveEntries.find(states, p.layer() == null ? null : p.layer() + 1);
    RunMeasure.Protocol protocol =
        new RunMeasure.Protocol(model, p.epsilon(), p.batch(), new int[] {0});
    RunMeasure untouched = RunMeasure.of(protocol, samples, RunMeasure.Edits.NONE);
    progress.advance(1);
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(Outcome.of("untouched", untouched, untouched, null, null, p.seed()));
    outcomes.addAll(
        new MassiveTrial(protocol, samples, found, untouched, p.seed()).run(p.draws(), progress));
    return SinkMassive.of(states, found, outcomes, samples, subject, p);
  }

  private static void checkLayer(@Nullable Integer layer, int layers) {
    if (layer != null && layer >= layers) {
      throw new IllegalArgumentException(
          "layer: there is no layer %d; this model has layers 0 to %d"
              .formatted(layer, layers - 1));
    }
  }
}
