package circuitscope.models.tokenizer;

/**
 * A text as tokens, with the way back.
 *
 * @param text what was encoded; unpaired surrogates stand as U+FFFD
 * @param ids {@code [position]}
 * @param starts {@code [position]} index into {@code text} (UTF-16 units) of the first character
 *     that the token touches. Tokens that share a character (parts of one emoji) have the same
 *     span; an added special token has an empty one
 * @param ends {@code [position]} index after the last
 */
public record Encoded(String text, int[] ids, int[] starts, int[] ends) {

  public int size() {
    return ids.length;
  }

  /** The characters that the token at {@code position} touches. */
  public String textOf(int position) {
    return text.substring(starts[position], ends[position]);
  }
}
