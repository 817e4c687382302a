package circuitscope.probes.geometry;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;

/**
 * By how much each layer turns the residual stream, and how alike its spread is from layer to layer
 * (Chang and Bergen 2025, section 4.2): see {@link Rotation} and {@link StreamGeometry}.
 */
public final class RotationAnalysis
    implements Analysis<RotationAnalysis.Parameters, RotationResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a sequence", byDefault = "128", min = 1, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(help = "Stop after so many sequences", byDefault = "1000", min = 1, unit = "sequences")
          long maxSequences) {}

  @Override
  public String id() {
    return "residual.rotation";
  }

  @Override
  public String title() {
    return "Rotation of the residual stream";
  }

  @Override
  public String description() {
    return "By how much each layer turns the residual stream away from its input and towards its"
        + " output, and how alike the layers' covariances are.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --max-sequences 1000";
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
  public RotationResult run(Subject subject, Parameters p, Progress progress) {
    Progress reading = progress.step("reading text", 0.05);
    StreamTokens tokens =
        StreamTokens.read(subject, p.length(), p.batch(), p.maxSequences(), reading);
    StreamGeometry geometry =
        StreamGeometry.of(subject.model(), tokens, progress.step("model", 0.95));
    return RotationResult.of(geometry, tokens.read());
  }
}
