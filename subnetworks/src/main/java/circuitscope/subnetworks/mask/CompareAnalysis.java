package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How much two masks of a model overlap, beside two exact nulls; see {@link Overlap}. */
public final class CompareAnalysis implements Analysis<CompareAnalysis.Parameters, Overlap> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Mask A: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Mask B, likewise") String with) {}

  @Override
  public String id() {
    return "subnetwork.compare";
  }

  @Override
  public String title() {
    return "Overlap of masks";
  }

  @Override
  public String description() {
    return "Compare two masks: overlap and IoU beside what chance gives, exactly.";
  }

  @Override
  public String example() {
    return "a.safetensors b.safetensors --model embedded:gpt2-4l";
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
  public Overlap run(Subject subject, Parameters parameters, Progress progress) {
    try {
      Mask a = MaskReference.parse(parameters.mask()).read();
      Mask b = MaskReference.parse(parameters.with()).read();
      return Overlap.of(a, b, MaskBlocks.of(subject.model()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
