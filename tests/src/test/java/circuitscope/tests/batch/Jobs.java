package circuitscope.tests.batch;

import circuitscope.app.Main;
import circuitscope.app.cli.CommandLineApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Job files and their runs, in this process or one of their own. */
final class Jobs {
  private Jobs() {}

  /** One command: its exit code and what it printed. */
  record Run(int exitCode, String out, String err) {}

  static Run run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        CommandLineApp.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            arguments);
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The same command as a process, whose output goes to a file. */
  static Process start(Path said, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .start();
  }

  /** A page without what says when and how long. */
  static String withoutTimes(Path page) throws IOException {
    return Files.readString(page).replaceAll("<time>[^<]*</time>", "<time></time>");
  }

  /** When each cell's manifest was written, by its folder. */
  static Map<String, FileTime> manifests(Path folder) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path file : walk.filter(one -> one.endsWith("manifest.json")).toList()) {
          boolean hidden = folder.relativize(file).toString().matches(".*(^|/)\\..*");
          if (!hidden) {
            times.put(
                folder.relativize(file.getParent()).toString(), Files.getLastModifiedTime(file));
          }
        }
      } catch (UncheckedIOException e) {
        return manifests(folder); // a half-written folder was moved meanwhile
      }
    }
    return times;
  }
}
