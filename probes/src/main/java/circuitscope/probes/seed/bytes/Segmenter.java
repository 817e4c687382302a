package circuitscope.probes.seed.bytes;

/** Which token sequences a tokenizer makes. */
public interface Segmenter {
  /** Whether it makes some text begin with those tokens. */
  boolean begins(int[] tokens);

  /** Whether those are its tokens for a text that ends after them. */
  boolean makes(int[] tokens);

  /** Whether two tokens meet at {@code at}, whatever follows the bytes up to there and one more. */
  boolean parts(byte[] text, int at);
}
