package circuitscope.app.cli;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.Masks;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.mask.MaskSummary;
import circuitscope.subnetworks.mask.ShowAnalysis;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    description = {
      "Show what a mask keeps: in all, by matrix, and with --model by layer, part and head."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope subnetwork show mask.safetensors --model embedded:gpt2-4l",
      "  circuitscope subnetwork show subnetwork_dict_lambda1e1.pickle --model M --thirds --json"
    })
final class ShowMaskCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();
  @Mixin final MaskModelOptions model = new MaskModelOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The mask: FILE[:complement|:random@SEED].")
  @Nullable String file;

  @Option(names = "--mask", paramLabel = "FILE", description = "The mask, as an option.")
  @Nullable String mask;

  @Option(
      names = "--thirds",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      description = "Read fused Q, K and V as stacked thirds, as the reference does for GPT-NeoX.")
  boolean thirds;

  ShowMaskCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    String given = file == null ? mask : file;
    if (given == null || (file != null && mask != null)) {
      throw new IllegalArgumentException("give one mask: FILE or --mask FILE");
    }
    MaskSummary summary = model.out == null ? read(given) : written(given);
    console.result(common.json, summary, summary.summary());
    return ExitCode.SUCCESS;
  }

  private MaskSummary read(String given) throws IOException {
    Mask read = MaskReference.parse(given).read();
    if (model.model == null) {
      if (thirds) {
        throw new IllegalArgumentException("--thirds needs the model: give --model MODEL");
      }
      return MaskSummary.of(read);
    }
    return MaskSummary.of(read, Masks.geometry(model.model), thirds);
  }

  private MaskSummary written(String given) throws IOException {
    var run =
        AnalysisRun.of(
            new ShowAnalysis(), Map.of("mask", given, "thirds", Boolean.toString(thirds)), null);
    try (OpenModel opened = OpenModel.open(model.choice(), false, progress)) {
      var finished = run.on(opened, null, progress);
      finished.write(Objects.requireNonNull(model.out));
      return finished.result();
    }
  }
}
