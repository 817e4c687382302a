package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.cli.CommandLineApp;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a command, run in this process, prints. */
final class CommandOutput {
  private CommandOutput() {}

  /** The one JSON document of a command that succeeds. */
  static JsonNode json(String... command) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        CommandLineApp.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            command);
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return new JsonMapper().readTree(out.toString(StandardCharsets.UTF_8));
  }
}
