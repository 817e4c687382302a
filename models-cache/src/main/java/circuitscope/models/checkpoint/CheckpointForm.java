package circuitscope.models.checkpoint;

import circuitscope.models.checkpoint.gguf.GgufCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** In which form a location holds a checkpoint, found by the names of its files alone. */
sealed interface CheckpointForm {

  Checkpoint open();

  /** One weight file, or an index and its shards, beside a {@code config.json}. */
  record Directory(Path directory, Path weights) implements CheckpointForm {
    @Override
    public Checkpoint open() {
      return DirectoryCheckpoint.open(directory, weights);
    }
  }

  /** Metadata, tokenizer and weights in one file. */
  record Gguf(Path file) implements CheckpointForm {
    @Override
    public Checkpoint open() {
      return GgufCheckpoint.open(file);
    }
  }

  /** The whole files and the indexes of sharded ones, in the order in which they are preferred. */
  List<String> WEIGHTS =
      List.of(
          "model.safetensors",
          "model.safetensors.index.json",
          "pytorch_model.bin",
          "pytorch_model.bin.index.json");

  static CheckpointForm find(Path location) {
    if (Files.isRegularFile(location)) {
      if (location.toString().endsWith(".gguf")) {
        return new Gguf(location);
      }
      throw new CheckpointException(
          location, "is a file, expected a model directory or a .gguf file; give its directory");
    }
    if (!Files.isDirectory(location)) {
      throw new CheckpointException(location, "does not exist, expected a model directory");
    }
    UnsupportedForms.refuseAdapter(location);
    List<Path> ggufs = filesEndingIn(location, ".gguf");
    if (!Files.exists(location.resolve("config.json")) && !ggufs.isEmpty()) {
      if (ggufs.size() > 1) {
        throw new CheckpointException(
            location, "holds several GGUF files %s; give the one to open".formatted(names(ggufs)));
      }
      return new Gguf(ggufs.getFirst());
    }
    return new Directory(location, weights(location));
  }

  /** Weights under the usual names, else the only safetensors file under another name. */
  private static Path weights(Path directory) {
    for (String name : WEIGHTS) {
      if (Files.exists(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    List<Path> others =
        filesEndingIn(directory, ".safetensors").stream()
            .filter(path -> !path.getFileName().toString().startsWith("adapter_"))
            .toList();
    if (others.size() == 1) {
      return others.getFirst();
    }
    throw new CheckpointException(
        directory,
        others.isEmpty()
            ? "holds no weights, expected one of " + String.join(", ", WEIGHTS)
            : "holds several safetensors files %s and no index; keep the one to open"
                .formatted(names(others)));
  }

  private static List<Path> filesEndingIn(Path directory, String suffix) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new CheckpointException(directory, "cannot be listed: " + e, e);
    }
  }

  private static List<Path> names(List<Path> files) {
    return files.stream().map(Path::getFileName).toList();
  }
}
