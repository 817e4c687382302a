package circuitscope.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class CommandLineAppTest {
  private final Captured captured = new Captured();

  @Test
  void withoutArgumentsItShowsTheCommands() {
    assertThat(captured.run()).isEqualTo(ExitCode.SUCCESS);
    assertThat(captured.out()).contains("Usage: circuitscope").contains("doctor");
  }

  @Test
  void versionIsOneJsonDocument() throws IOException {
    assertThat(captured.run("version", "--json")).isEqualTo(ExitCode.SUCCESS);
    JsonNode document = new JsonMapper().readTree(captured.out());
    assertThat(document.path("libtorch").asText()).isEqualTo("2.7.1");
    assertThat(document.path("product").asText()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void doctorNamesEveryPartOfTheMachine() throws IOException {
    captured.run("doctor", "--json");
    JsonNode checks = new JsonMapper().readTree(captured.out()).path("checks");
    assertThat(checks.findValuesAsText("name"))
        .contains("machine", "memory", "JDK", "libtorch", "engine", "GPU", "engine cache");
    assertThat(checks.findValuesAsText("found")).contains("computes on cpu");
  }

  @Test
  void aMistypedCommandIsBadInputAndNamesTheNearest() {
    assertThat(captured.run("vresion")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(captured.out()).isEmpty();
    assertThat(captured.err()).contains("unknown command 'vresion' (did you mean 'version'?)");

    assertThat(captured.run("bogus")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(captured.err()).contains("unknown command 'bogus'; there are tour, models");

    assertThat(captured.run("heads", "detct")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(captured.err()).contains("unknown command 'detct' (did you mean 'detect'?)");
  }

  @Test
  void anOptionThatACommandDoesNotTakeIsAnError() {
    assertThat(captured.run("version", "--device", "cpu")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(captured.err()).contains("'--device'");

    assertThat(captured.run("version", "--jsn")).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(captured.err()).contains("did you mean '--json'?");
  }

  @Test
  void everyCommandHasADescriptionAndExamples() {
    Deque<CommandLine> left = new ArrayDeque<>(List.of(captured.commands()));
    while (!left.isEmpty()) {
      CommandLine command = left.pop();
      left.addAll(command.getSubcommands().values());
      var usage = command.getCommandSpec().usageMessage();
      assertThat(usage.description()).as(command.getCommandName()).isNotEmpty();
      if (command.getSubcommands().isEmpty()) {
        assertThat(usage.footer()).as(command.getCommandName()).isNotEmpty();
      }
    }
  }
}
