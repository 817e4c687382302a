package circuitscope.app.cli;

import circuitscope.app.session.Inputs;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The tokens to read: one of a text, files, or ready-made ids. */
final class InputOptions {
  @Option(names = "--text", paramLabel = "STRING", description = "A text, as one row of tokens.")
  @Nullable String text;

  @Option(
      names = "--file",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Text files, documents separated by lines that are exactly <|endoftext|>, packed into one"
              + " stream.")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--ids",
      paramLabel = "FILE.safetensors:TENSOR",
      description = "Token ids, integers [batch, position].")
  @Nullable String ids;

  @Option(
      names = "--bos",
      paramLabel = "auto|yes|no",
      description =
          "Whether --text begins with the BOS token. Default: auto, as the tokenizer's files say.")
  @Nullable String bos;

  @Nullable TokenInput input() {
    return Inputs.of(text, files, ids, bos);
  }
}
