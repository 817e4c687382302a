package circuitscope.app.session;

import circuitscope.subnetworks.mask.MaskReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which model to open, and how.
 *
 * @param model a folder, hub name, {@code embedded:NAME}, {@code random:CONFIG@SEED} or .gguf file
 * @param tokenizer folder of another tokenizer; null for the model's own
 * @param device {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}
 * @param dtype {@code fp32}, {@code tf32} or {@code fp16}
 * @param mask which of its weights are kept; null for all
 */
public record ModelChoice(
    String model,
    @Nullable Path tokenizer,
    String device,
    String dtype,
    @Nullable MaskReference mask) {

  /** The whole model. */
  public ModelChoice(String model, @Nullable Path tokenizer, String device, String dtype) {
    this(model, tokenizer, device, dtype, null);
  }

  /** The options that say the same on the command line. */
  List<String> options() {
    List<String> options = new ArrayList<>(List.of("--model", model));
    if (tokenizer != null) {
      options.addAll(List.of("--tokenizer", tokenizer.toString()));
    }
    options.addAll(List.of("--device", device, "--dtype", dtype));
    if (mask != null) {
      options.addAll(List.of("--mask", mask.toString()));
    }
    return options;
  }
}
