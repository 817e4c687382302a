package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkspaceCommandTest {
  @TempDir Path folder;

  @Test
  void whatIsAddedIsShownAndCheckedUntilTheResultIsAnother() throws IOException {
    String file = folder.resolve("study.circuitscope.json").toString();
    Path result = folder.resolve("out/loss");
    Cli loss =
        Cli.run("loss", "--model", Cli.MODEL, "--text", "The cat sat", "--out", result.toString());
    assertThat(loss.exitCode()).as(loss.err()).isZero();

    assertThat(Cli.run("workspace", "add", file, "--model", Cli.MODEL).exitCode()).isZero();
    assertThat(Cli.run("workspace", "add", file, "--result", result.toString()).exitCode())
        .isZero();
    var shown = Cli.run("workspace", "show", file, "--json").json();
    assertThat(shown.at("/models/0/model").asText()).isEqualTo(Cli.MODEL);
    assertThat(shown.at("/results/0/folder").asText()).isEqualTo("out/loss");
    assertThat(shown.at("/results/0/analysis").asText()).isEqualTo("loss");
    assertThat(Cli.run("workspace", "check", file).out()).isEqualTo("2 items, 0 problems\n");

    Files.writeString(result.resolve("result.json"), "{}");
    Cli check = Cli.run("workspace", "check", file);
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.out()).contains("result 'loss'").contains("another result than was added");
  }

  @Test
  void oneThingIsAddedAtATimeToAFileOfTheRightName() {
    String file = folder.resolve("study.json").toString();
    Cli named = Cli.run("workspace", "add", file, "--title", "x");
    assertThat(named.exitCode()).isEqualTo(2);
    assertThat(named.err()).contains("study.circuitscope.json");
    Cli two = Cli.run("workspace", "add", file, "--model", Cli.MODEL, "--text", "The cat");
    assertThat(two.exitCode()).isEqualTo(2);
    assertThat(two.err()).contains("give one thing to add");
  }
}
