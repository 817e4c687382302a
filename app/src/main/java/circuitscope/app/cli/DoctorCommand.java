package circuitscope.app.cli;

import circuitscope.app.session.Doctor;
import circuitscope.probes.analysis.Progress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    description = {
      "Look at this machine: what was found, what is missing, how to mend it.",
      "Exits with 1 when something needed is missing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope doctor",
      "  PYTORCH_LIBRARY_PATH=~/torch/lib circuitscope doctor --json"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();

  DoctorCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public Integer call() {
    Doctor doctor = new Doctor(System.getenv(), Path.of("").toAbsolutePath(), progress);
    Doctor.Report report = doctor.examine();
    StringBuilder text = new StringBuilder();
    for (Doctor.Check check : report.checks()) {
      text.append(
          String.format(
              Locale.ROOT, "%-8s %-18s %s%n", sign(check.status()), check.name(), check.found()));
      if (!check.remedy().isEmpty()) {
        text.append(String.format(Locale.ROOT, "%-27s to do: %s%n", "", check.remedy()));
      }
    }
    console.result(common.json, report, text.toString());
    return report.healthy() ? ExitCode.SUCCESS : ExitCode.FAILED;
  }

  private static String sign(Doctor.Status status) {
    return switch (status) {
      case OK -> "ok";
      case NOTE -> "note";
      case MISSING -> "MISSING";
    };
  }
}
