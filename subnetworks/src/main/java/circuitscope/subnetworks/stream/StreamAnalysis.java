package circuitscope.subnetworks.stream;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.geometry.StreamGeometry;
import circuitscope.probes.geometry.StreamTokens;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.mask.RandomMasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a subnetwork does to the residual stream: rotations and covariance similarities of the full
 * model, the subnetwork, the model without it and a random subnetwork of as many weights a matrix,
 * on the same tokens (Chang and Bergen 2025, section 4.2).
 */
public final class StreamAnalysis implements Analysis<StreamAnalysis.Parameters, StreamResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Subnetwork: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 1, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(help = "Stop after so many sequences", byDefault = "1000", min = 1, unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the random control", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "subnetwork.stream";
  }

  @Override
  public String title() {
    return "What a subnetwork does to the stream";
  }

  @Override
  public String description() {
    return "Rotations and covariances of the residual stream in the full model, a subnetwork, the"
        + " model without it and a random control.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --mask masks/lambda-10.safetensors --file held-out.txt";
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
  public StreamResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    Mask mask = mask(p.mask()).fittedTo(model);
    Progress reading = progress.step("reading text", 0.05);
    StreamTokens tokens =
        StreamTokens.read(subject, p.length(), p.batch(), p.maxSequences(), reading);
    Map<String, StreamGeometry> models = new LinkedHashMap<>();
    models.put("full model", StreamGeometry.of(model, tokens, progress.step("full model", 0.23)));
    Map<String, Mask> masks = new LinkedHashMap<>();
    masks.put("subnetwork", mask);
    masks.put("complement", MaskAlgebra.complement(mask));
    masks.put("random control", RandomMasks.perMatrix(mask, p.seed()));
    masks.forEach(
        (name, variant) -> {
          try (Model masked = model.masked(variant.fittedTo(model).weightMask())) {
            Progress step = progress.step(name, 0.24);
            models.put(name, StreamGeometry.of(masked, tokens, step));
          }
        });
    return StreamResult.of(p, mask, models, tokens.read());
  }

  private static Mask mask(String reference) {
    try {
      return MaskReference.parse(reference).read().named("subnetwork");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
