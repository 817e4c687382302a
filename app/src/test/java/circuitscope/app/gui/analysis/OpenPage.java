package circuitscope.app.gui.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.cli.CommandLineApp;
import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.ModelChoice;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a test of a page stands on: the embedded checkpoint, jobs in line, other pages noted. */
public final class OpenPage implements AutoCloseable {
  /** Another page that was asked for. */
  public record Opened(String type, Map<String, Object> state) {}

  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private final List<Opened> opened = new ArrayList<>();
  private final Services services;

  public OpenPage() {
    Services own = test.services();
    this.services =
        new Services(
            own.jobs(),
            own.models(),
            own.project(),
            own.settings(),
            own.files(),
            own.notices(),
            own.clip(),
            own.theme(),
            own.analyses(),
            (type, state) -> opened.add(new Opened(type, state)),
            place -> false);
    open();
  }

  /** Opens the embedded checkpoint, once more if it is open. */
  public void open() {
    services.models().open(new ModelChoice("embedded:gpt2-4l", null, "cpu", "fp32"));
  }

  public InlineJobs jobs() {
    return jobs;
  }

  public TestServices test() {
    return test;
  }

  public Services services() {
    return services;
  }

  public List<Opened> opened() {
    return opened;
  }

  /** Asserts that the command that repeats an outcome prints the numbers that it shows. */
  public static void assertCommandSaysTheSame(Outcome outcome) throws IOException {
    List<String> command =
        new ArrayList<>(outcome.finished().run().command(outcome.finished().model().choice()));
    command.removeFirst(); // circuitscope
    command.add("--json");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        CommandLineApp.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            command.toArray(String[]::new));
    assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
    JsonNode printed = new JsonMapper().readTree(out.toString(StandardCharsets.UTF_8));
    assertThat(new JsonMapper().readTree(outcome.document())).isEqualTo(printed);
  }

  @Override
  public void close() {
    services.models().open().stream().toList().forEach(services.models()::unload);
  }
}
