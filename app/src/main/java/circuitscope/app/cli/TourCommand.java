package circuitscope.app.cli;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.tour.Tour;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tour",
    description = {
      "A first look at the embedded model: loss, heads, sinks, logit lens, attention.",
      "Writes figures, data and one page that explains them."
    },
    footerHeading = "%nExample:%n",
    footer = "  circuitscope tour --out out/tour")
final class TourCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "cpu, cuda, cuda:N or auto. Default: auto.")
  String device = "auto";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "out/tour",
      description = "Folder for page and files. Default: out/tour.")
  Path out = Path.of("out", "tour");

  TourCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() throws IOException {
    ModelChoice choice = new ModelChoice("embedded:gpt2-4l", null, device, "fp32");
    Tour.Findings findings = Tour.run(choice, out, progress);
    console.result(common.json, findings, findings.text());
    return ExitCode.SUCCESS;
  }
}
