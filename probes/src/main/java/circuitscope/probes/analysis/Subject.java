package circuitscope.probes.analysis;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.model.Model;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a question is asked about: a model, with its tokenizer and the tokens to read where there
 * are any. Owned by whoever opened it; an analysis closes none of it.
 *
 * @param input null for analyses that make their own tokens
 * @param workspace the folder that the result will be written to; null when it is only shown
 */
public record Subject(
    Model model,
    @Nullable Tokenizer tokenizer,
    @Nullable TokenInput input,
    @Nullable Path workspace) {

  /** A subject of an analysis that leaves no files of its own. */
  public Subject(Model model, @Nullable Tokenizer tokenizer, @Nullable TokenInput input) {
    this(model, tokenizer, input, null);
  }

  /**
   * The folder in which an analysis keeps what it must not lose: masks, states to go on from.
   *
   * @throws IllegalArgumentException when none was given
   */
  public Path requireWorkspace() {
    if (workspace == null) {
      throw new IllegalArgumentException(
          "this writes files as it goes: name their folder with --out DIR");
    }
    return workspace;
  }

  /**
   * The tokens that the question is about.
   *
   * @throws IllegalArgumentException when none were given
   */
  public TokenInput requireInput() {
    if (input == null) {
      throw new IllegalArgumentException(
          "there is nothing to read: give --text STRING, --file PATH or"
              + " --ids FILE.safetensors:TENSOR");
    }
    return input;
  }

  /** The rows of the input, of at most {@code length} tokens; the caller closes them. */
  public TokenRows rows(int length, long limit) {
    return TokenRows.open(requireInput(), tokenizer, length, limit);
  }

  /** A token as it stands on an axis: its label, or its number when there is no tokenizer. */
  public String label(int id) {
    return tokenizer == null ? "#" + id : tokenizer.label(id);
  }
}
