package circuitscope.app.cli;

import circuitscope.app.session.ModelChoice;
import circuitscope.subnetworks.mask.MaskReference;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model, with which tokenizer, where. */
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "MODEL",
      description =
          "A folder, a .gguf file, ORG/NAME[@REV] from the Hugging Face cache, embedded:NAME, or"
              + " random:CONFIG.json@SEED.")
  String model = "";

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "Folder of a tokenizer, instead of the model's own.")
  @Nullable Path tokenizer;

  @Mixin final DeviceOptions where = new DeviceOptions();

  ModelChoice choice(@Nullable MaskReference mask) {
    return new ModelChoice(model, tokenizer, where.device, where.dtype, mask);
  }
}
