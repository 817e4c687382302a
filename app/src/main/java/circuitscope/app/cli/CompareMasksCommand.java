package circuitscope.app.cli;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.Masks;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import circuitscope.subnetworks.mask.CompareAnalysis;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.mask.Overlap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = {
      "Compare two masks: shared weights, shares and IoU, beside what chance gives: uniform within"
          + " blocks (hypergeometric) and with shuffled rows, both exact.",
      "Blocks are Q, K, V, O and MLP matrices with --model, else the stored matrices."
    },
    footerHeading = "%nExample:%n",
    footer = "  circuitscope subnetwork compare a.safetensors b.safetensors --model M")
final class CompareMasksCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();
  @Mixin final MaskModelOptions model = new MaskModelOptions();

  @Parameters(
      arity = "0..2",
      paramLabel = "A B",
      description = "Two masks: FILE[:complement|:random@SEED].")
  List<String> files = List.of();

  @Option(names = "--mask", paramLabel = "A", description = "The first mask, as an option.")
  @Nullable String mask;

  @Option(names = "--with", paramLabel = "B", description = "The second mask, as an option.")
  @Nullable String with;

  CompareMasksCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    List<String> given = new ArrayList<>(files);
    for (String option : new String[] {mask, with}) {
      if (option != null) {
        given.add(option);
      }
    }
    if (given.size() != 2) {
      throw new IllegalArgumentException(
          "compare takes two masks, and %d were given".formatted(given.size()));
    }
    Overlap overlap = model.out == null ? read(given) : written(given);
    console.result(common.json, overlap, overlap.summary());
    return ExitCode.SUCCESS;
  }

  private Overlap read(List<String> given) throws IOException {
    Mask a = MaskReference.parse(given.get(0)).read();
    Mask b = MaskReference.parse(given.get(1)).read();
    return model.model == null ? Overlap.of(a, b) : Overlap.of(a, b, Masks.geometry(model.model));
  }

  private Overlap written(List<String> given) throws IOException {
    var run =
        AnalysisRun.of(
            new CompareAnalysis(), Map.of("mask", given.get(0), "with", given.get(1)), null);
    try (OpenModel opened = OpenModel.open(model.choice(), false, progress)) {
      var finished = run.on(opened, null, progress);
      finished.write(Objects.requireNonNull(model.out));
      return finished.result();
    }
  }
}
