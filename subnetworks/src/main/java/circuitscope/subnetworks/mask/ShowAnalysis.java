package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What a mask keeps of the model, by layer, matrix and head. */
public final class ShowAnalysis implements Analysis<ShowAnalysis.Parameters, MaskSummary> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The mask: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(
              help = "Read fused Q, K and V as stacked thirds, as the reference does for GPT-NeoX",
              byDefault = "false")
          boolean thirds) {}

  @Override
  public String id() {
    return "subnetwork.show";
  }

  @Override
  public String title() {
    return "Mask";
  }

  @Override
  public String description() {
    return "Show what a mask keeps, by layer, matrix and head.";
  }

  @Override
  public String example() {
    return "masks/lambda-10.safetensors --model embedded:gpt2-4l";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public MaskSummary run(Subject subject, Parameters parameters, Progress progress) {
    try {
      Mask mask = MaskReference.parse(parameters.mask()).read().fittedTo(subject.model());
      return MaskSummary.of(mask, MaskBlocks.of(subject.model()), parameters.thirds());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
