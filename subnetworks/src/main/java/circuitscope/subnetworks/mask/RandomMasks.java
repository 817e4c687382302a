package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random subnetworks that share something with a given one, as controls. The draw of each matrix
 * depends on the seed and the matrix's name alone.
 */
public final class RandomMasks {
  private static final String GENERATOR = "L64X128MixRandom";

  private RandomMasks() {}

  /**
   * As many kept weights in each stored matrix, anywhere in it: the control of Chang and Bergen
   * 2025, in which fused matrices count as one.
   */
  public static Mask perMatrix(Mask mask, long seed) {
    return mask.mapped(
        "%s, random@%d".formatted(mask.name(), seed),
        MaskAlgebra.derived("random matrix", mask).with(MaskProvenance.SEED, Long.toString(seed)),
        matrix -> draw(generator(seed, matrix.name()), matrix.total(), matrix.active()));
  }

  /** The generator of one matrix. */
  static RandomGenerator generator(long seed, String matrix) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] state = sha.digest((seed + "\0" + matrix).getBytes(UTF_8));
      return RandomGeneratorFactory.of(GENERATOR).create(state);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** {@code count} of the numbers below {@code size}, each set equally likely. */
  static BitSet draw(RandomGenerator random, int size, int count) {
    boolean few = count <= size / 2;
    BitSet chosen = new BitSet(size);
    for (int left = few ? count : size - count; left > 0; ) {
      int candidate = random.nextInt(size);
      if (!chosen.get(candidate)) {
        chosen.set(candidate);
        left--;
      }
    }
    if (!few) {
      chosen.flip(0, size);
    }
    return chosen;
  }
}
