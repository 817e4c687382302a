package circuitscope.models.cache;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Which files of a repository are fetched: what the readers of this product use, and no more. */
final class NeededFiles {
  private static final Pattern SETTINGS =
      Pattern.compile(
          "config\\.json|generation_config\\.json|tokenizer[^/]*\\.(json|model)|"
              + "special_tokens_map\\.json|added_tokens\\.json|vocab\\.json|merges\\.txt");
  private static final Pattern SAFETENSORS = Pattern.compile("model\\.safetensors");
  private static final Pattern SAFETENSORS_SHARDS =
      Pattern.compile("model-\\d+-of-\\d+\\.safetensors|model\\.safetensors\\.index\\.json");
  private static final Pattern PICKLE = Pattern.compile("pytorch_model\\.bin");
  private static final Pattern PICKLE_SHARDS =
      Pattern.compile("pytorch_model-\\d+-of-\\d+\\.bin|pytorch_model\\.bin\\.index\\.json");

  private NeededFiles() {}

  /**
   * Settings and one form of the weights: safetensors before pickles, one file before shards.
   *
   * @param repository for the error message
   * @param files all files of the repository, by path
   * @throws FetchException when there is no config or no weights, with what there is
   */
  static List<String> of(String repository, List<String> files) {
    List<Pattern> forms = List.of(SAFETENSORS, SAFETENSORS_SHARDS, PICKLE, PICKLE_SHARDS);
    for (Pattern weights : forms) {
      if (files.stream().anyMatch(weights.asMatchPredicate()) && files.contains("config.json")) {
        Predicate<String> needed = SETTINGS.asMatchPredicate().or(weights.asMatchPredicate());
        return files.stream().filter(needed).sorted().toList();
      }
    }
    List<String> gguf = files.stream().filter(file -> file.endsWith(".gguf")).toList();
    throw new FetchException(
        gguf.isEmpty()
            ? "%s has no config.json with model.safetensors or pytorch_model.bin; it holds %s"
                .formatted(repository, files)
            : "%s has only GGUF files (%s); download one and give its path as the model"
                .formatted(repository, gguf));
  }
}
