package circuitscope.probes.pairs;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Two prompts of equal length, of which only the clean one makes the answer likely.
 *
 * @param clean token ids {@code [position]}
 * @param corrupted token ids {@code [position]}, as many
 * @param answers tokens that are right after the clean prompt; at least one
 * @param wrong tokens that the answers are compared with; may be empty
 * @param position where the answer is predicted: the place of the last token that is read before it
 */
@SuppressWarnings("ArrayRecordComponent") // small, made once, never compared
public record PromptPair(int[] clean, int[] corrupted, int[] answers, int[] wrong, int position) {

  /**
   * @throws IllegalArgumentException when a prompt is empty, there is no answer, or the position is
   *     not in the prompt
   * @throws UnalignedPairException when the prompts differ in length
   */
  public PromptPair {
    if (clean.length == 0 || answers.length == 0) {
      throw new IllegalArgumentException(
          "a prompt pair needs tokens and an answer: got %d tokens and %d answers"
              .formatted(clean.length, answers.length));
    }
    if (clean.length != corrupted.length) {
      throw new UnalignedPairException(clean, corrupted, id -> "#" + id);
    }
    if (position < 0 || position >= clean.length) {
      throw new IllegalArgumentException(
          "the answer cannot be predicted at position %d of a prompt of %d tokens"
              .formatted(position, clean.length));
    }
    for (int id : answers) {
      if (Arrays.stream(wrong).anyMatch(other -> other == id)) {
        throw new IllegalArgumentException("token #%d is an answer and wrong".formatted(id));
      }
    }
  }

  /**
   * A pair whose answer follows the last token.
   *
   * @param label what a token is called when the prompts turn out not to be aligned
   * @throws UnalignedPairException when they differ in length
   */
  static PromptPair aligned(
      int[] clean, int[] corrupted, int[] answers, int[] wrong, IntFunction<String> label) {
    if (clean.length != corrupted.length) {
      throw new UnalignedPairException(clean, corrupted, label);
    }
    return new PromptPair(clean, corrupted, answers, wrong, clean.length - 1);
  }

  /** Tokens of each prompt. */
  public int length() {
    return clean.length;
  }
}
