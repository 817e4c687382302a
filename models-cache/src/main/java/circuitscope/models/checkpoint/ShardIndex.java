package circuitscope.models.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The {@code *.index.json} of a sharded checkpoint.
 *
 * @param shardOf tensor name to the file name of its shard
 */
record ShardIndex(Path file, SortedMap<String, String> shardOf) {

  static ShardIndex read(Path file) {
    JsonNode map = HfConfig.read(file).json().path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new CheckpointException(file, "has no 'weight_map' from tensor names to shards");
    }
    SortedMap<String, String> shardOf = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      String shard = entry.getValue().asText();
      if (!entry.getValue().isTextual()
          || shard.isBlank()
          || shard.equals(".")
          || shard.equals("..")
          || shard.contains("/")
          || shard.contains("\\")
          || shard.indexOf('\0') >= 0) {
        throw new CheckpointException(
            file,
            "tensor '%s' lies in %s, expected the plain name of a file beside the index"
                .formatted(entry.getKey(), entry.getValue()));
      }
      shardOf.put(entry.getKey(), shard);
    }
    return new ShardIndex(file, shardOf);
  }

  /** The shard files, sorted; each one is there. */
  SortedSet<Path> shards() {
    SortedSet<Path> shards = new TreeSet<>();
    for (Map.Entry<String, String> entry : shardOf.entrySet()) {
      Path shard = file.resolveSibling(entry.getValue());
      if (!Files.isRegularFile(shard)) {
        throw new CheckpointException(
            file,
            "shard %s (of tensor '%s') is missing; fetch the model again"
                .formatted(entry.getValue(), entry.getKey()));
      }
      shards.add(shard);
    }
    return shards;
  }

  /** Each tensor of the index must be in its shard; tensors that the index forgot are kept. */
  SortedMap<String, StoredTensor> gather(Iterable<? extends TensorFile> opened) {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (TensorFile shard : opened) {
      String name = shard.file().getFileName().toString();
      shard
          .tensors()
          .forEach(
              (key, tensor) -> {
                String expected = shardOf.getOrDefault(key, name);
                if (expected.equals(name) && tensors.put(key, tensor) != null) {
                  throw new CheckpointException(
                      shard.file(), "tensor '%s' is in another shard too".formatted(key));
                }
              });
    }
    shardOf.forEach(
        (key, shard) -> {
          if (!tensors.containsKey(key)) {
            throw new CheckpointException(
                file,
                "tensor '%s' should lie in shard %s, which does not hold it; fetch the model again"
                    .formatted(key, shard));
          }
        });
    return tensors;
  }
}
