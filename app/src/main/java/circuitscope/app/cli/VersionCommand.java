package circuitscope.app.cli;

import circuitscope.probes.analysis.Versions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "version",
    description = "Show the versions of Circuitscope and of what it runs on.",
    footerHeading = "%nExample:%n",
    footer = "  circuitscope version --json")
final class VersionCommand implements Callable<Integer> {
  private final Console console;
  @Mixin final CommonOptions common = new CommonOptions();

  VersionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Versions versions = Versions.current();
    String text =
        """
        Circuitscope %s
        DJL          %s
        libtorch     %s
        JDK          %s
        system       %s
        """
            .formatted(
                versions.product(),
                versions.djl(),
                versions.libtorch(),
                versions.jdk(),
                versions.operatingSystem());
    console.result(common.json, versions, text);
    return ExitCode.SUCCESS;
  }
}
