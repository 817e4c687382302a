package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TourTest {
  @TempDir Path folder;

  @Test
  void thePageIsSelfContainedAndItsDataLieBeside() throws IOException {
    Cli tour = Cli.run("tour", "--out", folder.toString());

    assertThat(tour.exitCode()).as(tour.err()).isZero();
    String page = Files.readString(folder.resolve("index.html"));
    Matcher sources = Pattern.compile("(src|srcset|href)=\"([^\"]{0,40})").matcher(page);
    int images = 0;
    while (sources.find()) {
      boolean image = sources.group(2).startsWith("data:image/svg+xml;base64,");
      images += image ? 1 : 0;
      assertThat(image || Files.isDirectory(folder.resolve(sources.group(2))))
          .as(sources.group())
          .isTrue();
    }
    assertThat(images).as("figures in light and dark").isGreaterThanOrEqualTo(16);
    for (String analysis :
        new String[] {"loss", "heads.detect", "heads.pattern", "sinks.rate", "residual.lens"}) {
      assertThat(folder.resolve(analysis).resolve("result.json")).isNotEmptyFile();
      assertThat(folder.resolve(analysis).resolve("manifest.json")).isNotEmptyFile();
    }
  }
}
