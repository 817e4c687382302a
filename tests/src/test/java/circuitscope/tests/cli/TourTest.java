package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TourTest {
  @TempDir Path folder;

  @Test
  void thePageIsSelfContainedAndItsDataLieBeside() throws IOException {
    Cli tour = Cli.run("tour", "--json", "--out", folder.toString());

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
    assertThat(images).as("figures in light and dark").isGreaterThanOrEqualTo(32);
    for (String analysis :
        List.of(
            "loss",
            "heads.detect",
            "heads.pattern",
            "heads.ngram",
            "sinks.stream",
            "sinks.rate",
            "residual.lens",
            "subnetwork.train",
            "subnetwork.path",
            "subnetwork.show",
            "subnetwork.ablate")) {
      assertThat(folder.resolve(analysis).resolve("result.json")).isNotEmptyFile();
      assertThat(folder.resolve(analysis).resolve("manifest.json")).isNotEmptyFile();
    }
    theSubnetworkIsSmallLikeBigramsAndNeeded(new ObjectMapper().readTree(tour.out()));
    assertThat(page).contains("This is a demonstration").contains("15,000 steps of 32 × 128");
  }

  private void theSubnetworkIsSmallLikeBigramsAndNeeded(JsonNode found) throws IOException {
    JsonNode full =
        new ObjectMapper()
            .readTree(folder.resolve("subnetwork.path").resolve("result.json").toFile())
            .get("full");
    JsonNode subnetwork = found.get("subnetwork");
    assertThat(subnetwork.get("share").asDouble()).isBetween(0.001, 0.05);
    assertThat(subnetwork.get("pearson_clamp").asDouble())
        .isGreaterThan(full.get("pearson_clamp_interval").get("high").asDouble());
    assertThat(subnetwork.get("ablation_ratio").asDouble()).as("times random").isGreaterThan(10);
  }
}
