package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How much several masks of a model agree, beside what chance gives; see {@link Stability}. */
public final class StabilityAnalysis
    implements Analysis<StabilityAnalysis.Parameters, StabilityResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Masks of one model: FILE, FILE:complement or FILE:random@SEED")
          List<String> masks,
      @Param(
              help =
                  "Also write --out DIR/core.safetensors (kept in all masks) and"
                      + " optional.safetensors (in some)",
              byDefault = "false")
          boolean write) {}

  @Override
  public String id() {
    return "subnetwork.stability";
  }

  @Override
  public String title() {
    return "Stability of subnetworks";
  }

  @Override
  public String description() {
    return "How much masks of several seeds agree: IoU of each pair, overall and by layer and"
        + " matrix, beside what random masks of equal counts give; the weights kept in all.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --masks"
        + " masks/lambda-10.seed-0.safetensors,masks/lambda-10.seed-1.safetensors";
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
  public StabilityResult run(Subject subject, Parameters p, Progress progress) {
    try {
      Path folder = p.write() ? subject.requireWorkspace() : null;
      List<Mask> masks = new ArrayList<>();
      for (String reference : p.masks()) {
        masks.add(MaskReference.parse(reference).read().named(name(reference, p.masks())));
      }
      Stability stability = new Stability(masks, MaskBlocks.of(subject.model()));
      Mask core = stability.core();
      Mask optional = stability.optional();
      if (folder != null) {
        MaskFile.write(folder.resolve("core.safetensors"), core);
        MaskFile.write(folder.resolve("optional.safetensors"), optional);
      }
      return StabilityResult.of(stability, core, optional, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file's name alone, where that tells the masks apart. */
  private static String name(String reference, List<String> all) {
    String name = shortName(reference);
    return all.stream().filter(one -> shortName(one).equals(name)).count() == 1 ? name : reference;
  }

  private static String shortName(String reference) {
    String name = Path.of(reference).getFileName().toString();
    return name.replace(".safetensors", "");
  }
}
