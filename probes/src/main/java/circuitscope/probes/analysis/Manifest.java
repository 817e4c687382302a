package circuitscope.probes.analysis;

import circuitscope.probes.model.Model;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything needed to make a result again, and to trust it: stored beside it as {@code
 * manifest.json}.
 *
 * @param command the command line that repeats it
 * @param seed null when nothing was drawn at random
 * @param tokens null when the analysis read none
 */
public record Manifest(
    String analysis,
    String title,
    Map<String, Object> parameters,
    @Nullable Object seed,
    Map<String, Object> protocol,
    ModelPart model,
    @Nullable TokensRead tokens,
    String device,
    String dtype,
    Versions versions,
    List<String> command,
    String startedAt,
    double wallSeconds,
    String exitState) {

  /**
   * Which weights were used.
   *
   * @param digest SHA-256 over sorted name, dtype, shape and stored bytes
   * @param transforms named changes of the weights, in order
   */
  public record ModelPart(
      String name, String origin, String digest, String family, List<String> transforms) {
    static ModelPart of(String name, Model model) {
      return new ModelPart(
          name,
          model.identity().origin(),
          model.identity().digest(),
          model.spec().family(),
          model.identity().transforms());
    }
  }

  /**
   * The manifest of a finished run.
   *
   * @param modelName as the user named the model
   */
  public static Manifest of(
      Analysis<?, ?> analysis,
      Map<String, Object> parameters,
      Subject subject,
      String modelName,
      Result result,
      List<String> command,
      Instant started,
      double wallSeconds) {
    Model model = subject.model();
    return new Manifest(
        analysis.id(),
        analysis.title(),
        parameters,
        parameters.get("seed"),
        ordered(result.protocol()),
        ModelPart.of(modelName, model),
        result.tokensRead(),
        model.device().toString(),
        model.precision().toString().toLowerCase(Locale.ROOT),
        Versions.current(),
        command,
        started.toString(),
        wallSeconds,
        "complete");
  }

  /** By name: some maps change their order from process to process, and manifests are compared. */
  private static Map<String, Object> ordered(Map<?, ?> map) {
    Map<String, Object> ordered = new TreeMap<>();
    map.forEach(
        (name, value) ->
            ordered.put(
                String.valueOf(name), value instanceof Map<?, ?> inner ? ordered(inner) : value));
    return ordered;
  }
}
