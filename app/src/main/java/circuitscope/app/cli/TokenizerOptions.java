package circuitscope.app.cli;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which tokenizer, for commands that load no model. */
final class TokenizerOptions {
  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The model whose tokenizer is used; it is not loaded.")
  @Nullable String model;

  @Option(
      names = "--tokenizer",
      paramLabel = "DIR",
      description = "Folder of a tokenizer, instead of the model's.")
  @Nullable Path tokenizer;

  Tokenizer open() throws IOException {
    if (tokenizer != null) {
      return Tokenizer.open(tokenizer);
    }
    if (model == null) {
      throw new IllegalArgumentException("give --model MODEL or --tokenizer DIR");
    }
    return ofCheckpoint(ModelCache.ofUser().resolve(ModelId.parse(model)));
  }

  /**
   * The tokenizer that was named, or else the recorded one where it still lies.
   *
   * @param recorded {@link Tokenizer#source} of another time
   */
  Tokenizer openOr(String recorded) throws IOException {
    Path file = Path.of(recorded);
    if (tokenizer != null || model != null || !Files.isRegularFile(file)) {
      return open();
    }
    return recorded.endsWith(".gguf")
        ? ofCheckpoint(file)
        : Tokenizer.open(file.toAbsolutePath().resolveSibling(""));
  }

  private static Tokenizer ofCheckpoint(Path location) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(location)) {
      return checkpoint.tokenizer();
    }
  }
}
