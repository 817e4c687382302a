package circuitscope.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every source file reads as google-java-format writes it; {@code .ci/format} mends what fails
 * here.
 */
final class SourceFormatTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void everySourceFileIsFormatted() throws IOException, FormatterException {
    Formatter formatter = new Formatter();
    List<String> unformatted = new ArrayList<>();
    List<Path> sources = sources();
    for (Path file : sources) {
      String source = Files.readString(file);
      if (!format(formatter, source).equals(source)) {
        unformatted.add(ROOT.relativize(file).toString());
      }
    }
    assertThat(sources).as("source files found under %s", ROOT).hasSizeGreaterThan(5);
    assertThat(unformatted).as("run .ci/format").isEmpty();
  }

  /** The same steps as the formatter's own command. */
  private static String format(Formatter formatter, String source) throws FormatterException {
    String ordered = ImportOrderer.reorderImports(source, JavaFormatterOptions.Style.GOOGLE);
    String used = RemoveUnusedImports.removeUnusedImports(ordered);
    return StringWrapper.wrap(formatter.formatSource(used), formatter);
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}
