package circuitscope.models.tokenizer;

import java.util.OptionalInt;

/**
 * The tokens with a role, by id.
 *
 * @param addBos what the files say about putting BOS in front ({@code add_bos_token}), where they
 *     say it; else the post-processor decides
 */
public record SpecialTokens(OptionalInt bos, OptionalInt eos, OptionalInt pad, AddBos addBos) {
  public static final SpecialTokens NONE =
      new SpecialTokens(
          OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), AddBos.UNSAID);

  /** {@code add_bos_token} of tokenizer_config.json. */
  public enum AddBos {
    YES,
    NO,
    UNSAID
  }
}
