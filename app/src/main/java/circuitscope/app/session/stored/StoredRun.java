package circuitscope.app.session.stored;

import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.probes.analysis.Parameter;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.ResultFiles;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest of a stored result says of the run.
 *
 * @param started as an ISO instant; empty where it is not said
 * @param parameters all of them, as one would type them
 * @param changed those that differ from the defaults
 * @param command the command line that repeats it
 * @param known whether this version has the analysis
 */
public record StoredRun(
    Path folder,
    String analysis,
    String title,
    String started,
    double seconds,
    String model,
    Map<String, String> parameters,
    Map<String, String> changed,
    CommandWords command,
    boolean known) {

  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Reads the manifest alone.
   *
   * @throws IOException when there is no whole result in the folder, naming the file
   */
  public static StoredRun read(Path folder, AnalysisRegistry registry) throws IOException {
    for (String needed : List.of(ResultFiles.MANIFEST, "result.json")) {
      if (!Files.isRegularFile(folder.resolve(needed))) {
        throw new NoSuchFileException(folder.resolve(needed).toString());
      }
    }
    JsonNode manifest = manifest(folder.resolve(ResultFiles.MANIFEST));
    String analysis = manifest.path("analysis").asText();
    Map<String, String> parameters = new LinkedHashMap<>();
    manifest
        .path("parameters")
        .properties()
        .forEach(field -> parameters.put(field.getKey(), written(field.getValue())));
    Map<String, String> defaults = defaults(analysis, registry);
    Map<String, String> changed = new LinkedHashMap<>(parameters);
    changed.entrySet().removeIf(one -> same(one.getValue(), defaults.get(one.getKey())));
    changed.values().removeIf(String::isEmpty);
    return new StoredRun(
        folder,
        analysis,
        manifest.path("title").asText(analysis),
        manifest.path("started_at").asText(),
        manifest.path("wall_seconds").asDouble(),
        manifest.at("/model/name").asText(),
        parameters,
        changed,
        CommandWords.of(manifest.path("command").valueStream().map(JsonNode::asText).toList()),
        registry.all().stream().anyMatch(one -> one.id().equals(analysis)));
  }

  private static JsonNode manifest(Path file) throws IOException {
    try {
      JsonNode manifest = JSON.readTree(file.toFile());
      if (manifest.path("analysis").isTextual()) {
        return manifest;
      }
    } catch (JsonProcessingException e) {
      throw new IOException("%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
    throw new IOException(file + " names no analysis; it is no manifest of a result");
  }

  private static String written(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asText).collect(Collectors.joining(","))
        : value.isContainerNode() ? value.toString() : value.asText();
  }

  private static Map<String, String> defaults(String analysis, AnalysisRegistry registry) {
    return registry.all().stream()
        .filter(one -> one.id().equals(analysis))
        .flatMap(one -> ParameterSpec.of(one.parameters()).parameters().stream())
        .filter(parameter -> parameter.byDefault() != null)
        .collect(
            Collectors.toMap(Parameter::name, parameter -> String.valueOf(parameter.byDefault())));
  }

  /** Whether two say the same; numbers are written in several ways: {@code 1e-3} and 0.001. */
  private static boolean same(String value, @Nullable String byDefault) {
    if (byDefault == null || value.equals(byDefault)) {
      return byDefault != null;
    }
    try {
      return Double.parseDouble(value) == Double.parseDouble(byDefault);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
