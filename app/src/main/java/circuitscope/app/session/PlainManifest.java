package circuitscope.app.session;

import circuitscope.probes.analysis.Manifest;
import circuitscope.probes.analysis.Versions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** Manifests of results that were not read off one model: comparisons, tables of many runs. */
public final class PlainManifest {
  private PlainManifest() {}

  /**
   * A manifest without a model, tokens and device of its own.
   *
   * @param parameters what was chosen, the models included
   */
  public static Manifest of(
      String id, String title, Map<String, Object> parameters, List<String> command) {
    return new Manifest(
        id,
        title,
        parameters,
        null,
        Map.of(),
        new Manifest.ModelPart("", "", "", "", List.of()),
        null,
        "",
        "",
        Versions.current(),
        command,
        Instant.now().truncatedTo(ChronoUnit.MILLIS).toString(),
        0,
        "complete");
  }
}
