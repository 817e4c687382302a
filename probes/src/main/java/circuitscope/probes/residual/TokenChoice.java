package circuitscope.probes.residual;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A token as people write it: its text, with the space before it, or {@code #} and its id. */
public final class TokenChoice {
  private TokenChoice() {}

  /**
   * The id of the one token that is meant.
   *
   * @throws IllegalArgumentException when the text is several tokens, naming them, or none, or the
   *     model has no such token
   */
  public static int id(Subject subject, String written) {
    int vocab = subject.model().spec().vocab();
    if (written.matches("#\\d{1,9}")) {
      int id = Integer.parseInt(written.substring(1));
      if (id >= vocab) {
        throw new IllegalArgumentException(
            "there is no token %s; this model has #0 to #%d".formatted(written, vocab - 1));
      }
      return id;
    }
    Tokenizer tokenizer = subject.tokenizer();
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "'%s': the model has no tokenizer; name one with --tokenizer, or the token's id as #123"
              .formatted(written));
    }
    int[] ids = tokenizer.encode(written);
    if (ids.length != 1) {
      String pieces =
          Arrays.stream(ids)
              .mapToObj(id -> "'%s' (#%d)".formatted(tokenizer.label(id), id))
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          "'%s' is %d tokens: %s; a single token is wanted, most often with the space before it"
              .formatted(written, ids.length, pieces));
    }
    return ids[0];
  }
}
