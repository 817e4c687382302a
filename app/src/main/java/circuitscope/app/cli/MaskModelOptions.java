package circuitscope.app.cli;

import circuitscope.app.session.ModelChoice;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The model of a mask, for commands that need no more of it than its geometry. */
final class MaskModelOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The mask's model, for queries, keys, values and heads; its weights are not" + " read.")
  @Nullable String model;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write result, tables and figures into this folder; opens the model.")
  @Nullable Path out;

  // As an analysis's command line says them; they matter with --out alone.
  @Option(names = "--tokenizer", hidden = true)
  @Nullable Path tokenizer;

  @Option(names = "--device", hidden = true, defaultValue = "auto")
  String device = "auto";

  @Option(names = "--dtype", hidden = true, defaultValue = "fp32")
  String dtype = "fp32";

  /** For {@code --out}, whose manifest names the weights. */
  ModelChoice choice() {
    if (model == null) {
      throw new IllegalArgumentException("--out needs the model: give --model MODEL");
    }
    return new ModelChoice(model, tokenizer, device, dtype);
  }
}
