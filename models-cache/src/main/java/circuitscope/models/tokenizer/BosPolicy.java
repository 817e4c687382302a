package circuitscope.models.tokenizer;

/**
 * Whether a prompt begins with the beginning-of-text token. Shown and recorded with every result,
 * since one more token at the front changes attention everywhere.
 */
public enum BosPolicy {
  /** As the tokenizer's own post-processor and {@code add_bos_token} say. */
  AUTO("as the tokenizer's files say"),
  /** Exactly one at the front. */
  YES("BOS before the text"),
  /** The text's own tokens and nothing else. */
  NO("no BOS");

  private final String description;

  BosPolicy(String description) {
    this.description = description;
  }

  public String description() {
    return description;
  }
}
