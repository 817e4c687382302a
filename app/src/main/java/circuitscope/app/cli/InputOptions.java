package circuitscope.app.cli;

import circuitscope.app.session.Inputs;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
      description = "Token ids, integers [batch, position], or [position] for one row.")
  @Nullable String ids;

  @Option(
      names = "--bos",
      paramLabel = "auto|yes|no",
      description =
          "Whether --text begins with the BOS token. Default: auto, as the tokenizer's files say.")
  @Nullable String bos;

  /** The input, none of whose files is absent; null when none was given. */
  @Nullable TokenInput input() throws IOException {
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
    }
    return Inputs.of("--", text, files, ids, bos);
  }
}
