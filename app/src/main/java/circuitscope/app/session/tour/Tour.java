package circuitscope.app.session.tour;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.models.cache.EmbeddedModels;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A first look at a model, stop by stop, each written as files and all shown on one page that says
 * what they mean. A new group of stops takes its place in {@link #parts}.
 */
public final class Tour {
  private static final double OPENING = 0.05;

  private Tour() {}

  /** Some stops, and their share of the tour's time. */
  private record Part(String name, double share, Stops stops) {}

  private static List<Part> parts(TokenInput.TextFiles text) {
    return List.of(
        new Part("loss", 0.10, new PredictionStops(text)),
        new Part("heads", 0.15, new HeadStops()),
        new Part("sinks", 0.10, new SinkStops(text)),
        new Part("residual stream", 0.15, new ResidualStops(text)),
        new Part("subnetwork", 0.45, new SubnetworkStops(text)));
  }

  /** What the tour found, in a few numbers. */
  public record Findings(String page, @JsonIgnore List<Finding> found) {
    /** The findings as members of the JSON document. */
    @JsonAnyGetter
    public Map<String, Object> numbers() {
      Map<String, Object> numbers = new LinkedHashMap<>();
      found.forEach(finding -> numbers.put(finding.name(), finding.value()));
      return numbers;
    }

    /** The findings as lines for people. */
    public String text() {
      return found.stream()
          .map(Finding::line)
          .collect(Collectors.joining("\n", "", "\nOpen " + page + "\n"));
    }
  }

  /**
   * Runs the tour on the embedded text.
   *
   * @param folder where files and page go
   */
  public static Findings run(ModelChoice choice, Path folder, Progress progress)
      throws IOException {
    TokenInput.TextFiles text = new TokenInput.TextFiles(List.of(EmbeddedModels.text()));
    try (OpenModel model = OpenModel.open(choice, true, progress.step("opening", OPENING))) {
      Visit visit = new Visit(model, folder);
      for (Part part : parts(text)) {
        part.stops().visit(visit, progress.step(part.name(), part.share()));
      }
      Path page = folder.resolve("index.html");
      try (PendingOutput pending = PendingOutput.file(page)) {
        Files.writeString(pending.path(), TourPage.html(model, visit.sections()));
        pending.commit();
      }
      return new Findings(page.toString(), visit.findings());
    }
  }
}
