package circuitscope.probes.seed.bytes;

import java.util.List;

/** A language model over tokens, as bytes are read off it. */
public interface TokenModel {
  int vocab();

  /** The bytes that a token stands for; none for tokens of structure. */
  byte[] bytes(int token);

  /** Whether a token ends the text. */
  boolean ends(int token);

  /**
   * What follows the opening of a text and each row of tokens, which may be empty.
   *
   * @return {@code [row][vocab]} ln P(next token | opening, row)
   */
  float[][] next(List<int[]> rows);
}
