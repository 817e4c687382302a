package circuitscope.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Refuses, by name, checkpoints whose files are not a model's own plain weights. */
final class UnsupportedForms {
  /** Keys under which quantising tools describe what they did to the weights. */
  private static final List<String> QUANTIZATION = List.of("quantization_config", "quantization");

  /** Files that quantising tools leave beside the weights. */
  private static final List<String> QUANTIZATION_FILES =
      List.of("quantize_config.json", "quant_config.json", "hf_quant_config.json");

  private UnsupportedForms() {}

  static void refuseAdapter(Path directory) {
    Path file = directory.resolve("adapter_config.json");
    if (Files.isRegularFile(file)) {
      HfConfig adapter = HfConfig.read(file);
      throw new CheckpointException(
          file,
          "this is an adapter (%s) to the model %s, not a model; merge it into that model and save"
                  .formatted(
                      adapter.stringOr("of unknown kind", "peft_type"),
                      adapter.stringOr("that it does not name", "base_model_name_or_path"))
              + " the result");
    }
  }

  static void refuseQuantized(Path directory, HfConfig config) {
    for (String key : QUANTIZATION) {
      if (config.has(key)) {
        JsonNode how = config.json().path(key);
        String method = how.path("quant_method").asText(how.path("mode").asText("unknown method"));
        throw refusal(config.source(), "its '%s' says so: %s".formatted(key, method));
      }
    }
    for (String name : QUANTIZATION_FILES) {
      if (Files.isRegularFile(directory.resolve(name))) {
        throw refusal(directory.resolve(name), "this file beside them says so");
      }
    }
  }

  private static CheckpointException refusal(Path file, String evidence) {
    return new CheckpointException(
        file,
        "the weights are quantised (%s); open the model that it was made from".formatted(evidence));
  }
}
