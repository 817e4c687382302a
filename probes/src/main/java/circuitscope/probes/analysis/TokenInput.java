package circuitscope.probes.analysis;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Where an analysis's tokens come from. */
public sealed interface TokenInput {
  /** The input in a few words, for results and for people. */
  String describe();

  /** How text became these tokens. */
  String policy();

  /** One text, as typed, but {@linkplain Tokenizer#wellFormed well formed}. */
  record Prompt(String text, BosPolicy bos) implements TokenInput {
    public Prompt {
      text = Tokenizer.wellFormed(text);
    }

    @Override
    public String describe() {
      return "text of %d characters".formatted(text.length());
    }

    @Override
    public String policy() {
      return bos.description();
    }
  }

  /** Text files, split into documents and packed into one stream. */
  record TextFiles(List<Path> files) implements TokenInput {
    public TextFiles {
      files = List.copyOf(files);
    }

    @Override
    public String describe() {
      return files.stream().map(Path::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String policy() {
      return "documents split at <|endoftext|> lines, encoded without special tokens, each after"
          + " one end-of-text token, packed";
    }
  }

  /**
   * Token ids, ready made.
   *
   * @param rows {@code [batch][position]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Ids(String source, int[][] rows) implements TokenInput {
    @Override
    public String describe() {
      return source;
    }

    @Override
    public String policy() {
      return "ids as given";
    }
  }

  /** Text files by their paths, or ids where the one name is {@code FILE.safetensors:TENSOR}. */
  static TokenInput named(List<String> names) {
    boolean ids = names.size() == 1 && names.getFirst().matches(".*\\.safetensors:[^/\\\\]+");
    return ids ? readIds(names.getFirst()) : new TextFiles(names.stream().map(Path::of).toList());
  }

  /**
   * Ids from a tensor of a safetensors file.
   *
   * @param named {@code FILE.safetensors:TENSOR}, integers {@code [batch, position]} or {@code
   *     [position]}
   * @throws IllegalArgumentException when there is no such tensor, or it holds no token ids
   */
  static Ids readIds(String named) {
    int colon = named.lastIndexOf(':');
    if (colon <= 0 || colon == named.length() - 1) {
      throw new IllegalArgumentException(
          "'%s' is not FILE.safetensors:TENSOR, a file and the name of a tensor in it"
              .formatted(named));
    }
    Path file = Path.of(named.substring(0, colon));
    String name = named.substring(colon + 1);
    try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
      StoredTensor tensor = tensors.tensors().get(name);
      if (tensor == null) {
        throw new IllegalArgumentException(
            "%s: there is no tensor '%s'%s; there are: %s"
                .formatted(
                    file,
                    name,
                    Nearest.hint(name, tensors.tensors().keySet()),
                    String.join(", ", tensors.tensors().keySet())));
      }
      int rank = tensor.shape().rank();
      if (!tensor.type().isIntegral() || rank < 1 || rank > 2 || tensor.shape().elements() == 0) {
        throw new IllegalArgumentException(
            "%s: tensor '%s' is %s %s; token ids are integers [batch, position]"
                .formatted(file, name, tensor.type(), tensor.shape()));
      }
      int positions = Math.toIntExact(tensor.shape().dim(rank - 1));
      return new Ids(named, rows(tensor.readLongs(), positions, named));
    }
  }

  private static int[][] rows(long[] flat, int positions, String source) {
    int[][] rows = new int[flat.length / positions][positions];
    for (int i = 0; i < flat.length; i++) {
      if (flat[i] < 0 || flat[i] > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s: row %d, position %d is %d, which is no token id"
                .formatted(source, i / positions, i % positions, flat[i]));
      }
      rows[i / positions][i % positions] = (int) flat[i];
    }
    return rows;
  }
}
