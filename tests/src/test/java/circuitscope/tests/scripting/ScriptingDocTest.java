package circuitscope.tests.scripting;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/scripting.md shows is compiled and run, as a reader would. */
final class ScriptingDocTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK =
      Pattern.compile("```(java|jshell)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public class (\\w+)");
  private static final long TIMEOUT_SECONDS = 200;

  @TempDir Path folder;

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(ROOT.resolve("docs/scripting.md")));
    while (matcher.find()) {
      if (matcher.group(1).equals(language)) {
        blocks.add(matcher.group(2));
      }
    }
    return blocks;
  }

  /** Runs a tool of this JDK in the temporary folder; returns what it said. */
  private String run(String tool, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()),
                Stream.of(arguments))
            .toList();
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).as("ended in time").isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    return Files.readString(said);
  }

  @Test
  void programsCompileAndRun() throws Exception {
    List<String> programs = blocks("java");
    assertThat(programs).hasSize(2);
    List<String> said = new ArrayList<>();
    for (String program : programs) {
      Matcher name = CLASS.matcher(program);
      assertThat(name.find()).isTrue();
      Path source = folder.resolve(name.group(1) + ".java");
      Files.writeString(source, program);
      int code =
          ToolProvider.getSystemJavaCompiler()
              .run(
                  null,
                  null,
                  null,
                  "-proc:none",
                  "-cp",
                  System.getProperty("java.class.path"),
                  source.toString());
      assertThat(code).as(name.group(1)).isZero();
      said.add(
          run(
              "java",
              "--enable-native-access=ALL-UNNAMED",
              "-Dai.djl.offline=true",
              "-cp",
              folder + ":" + System.getProperty("java.class.path"),
              name.group(1)));
    }
    assertThat(said.getFirst()).containsPattern("L3H\\d 0\\.\\d\\d\n").contains(" nats");
    assertThat(said.getLast()).contains("loss_nats");
    assertThat(folder.resolve("out/cat/manifest.json")).exists();
  }

  @Test
  void thePromptsLinesRunInJshell() throws Exception {
    Files.writeString(folder.resolve("README.md"), "The cat sat on the mat. ".repeat(100));
    Path script = folder.resolve("doc.jsh");
    Files.writeString(script, String.join("\n", blocks("jshell")) + "\n/exit\n");
    String said =
        run(
            "jshell",
            "--class-path",
            System.getProperty("java.class.path"),
            "-R--enable-native-access=ALL-UNNAMED",
            "-R-Dai.djl.offline=true",
            "--startup",
            "DEFAULT",
            "--startup",
            ROOT.resolve("bin/circuitscope.jsh").toString(),
            script.toString());
    assertThat(said)
        .contains("Induction heads: L3H")
        .contains("\"loss_nats\" :")
        .contains("circuitscope heads detect --model embedded:gpt2-4l")
        .doesNotContain("Exception")
        .doesNotContain("Error");
    assertThat(folder.resolve("out/heads/manifest.json")).exists();
  }
}
