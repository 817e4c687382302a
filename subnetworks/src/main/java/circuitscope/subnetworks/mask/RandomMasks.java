package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Random subnetworks that share something with a given one, as controls. The draw of each matrix
 * depends on the seed and the matrix's name alone, so the same seed gives the same control on every
 * machine.
 */
public final class RandomMasks {
  private static final String GENERATOR = "L64X128MixRandom";

  /** Classes of equal size into which the magnitudes of a matrix are put. */
  private static final int MAGNITUDE_CLASSES = 64;

  private RandomMasks() {}

  /**
   * As many kept weights in each stored matrix, anywhere in it: the control of Chang and Bergen
   * 2025, in which fused matrices count as one.
   */
  public static Mask perMatrix(Mask mask, long seed) {
    return drawn(
        mask, "matrix", seed, (matrix, random) -> draw(random, matrix.total(), matrix.active()));
  }

  /** As many kept weights in each layer's Q, K, V, O and MLP blocks. */
  public static Mask perBlock(Mask mask, MaskBlocks geometry, long seed) {
    List<MaskBlock> parts = geometry.parts();
    return drawn(
        geometry.aligned(mask),
        "block",
        seed,
        (matrix, random) -> {
          BitSet kept = new BitSet();
          for (MaskBlock part : requireBlocks(parts, matrix)) {
            int active = part.active(matrix.bits());
            part.paste(draw(random, part.size(), active), kept);
          }
          return kept;
        });
  }

  /** As many kept weights into each output unit: each row of the matrix seen as [out, in]. */
  public static Mask perRow(Mask mask, MaskBlocks geometry, long seed) {
    List<MaskBlock> parts = geometry.parts();
    return drawn(
        geometry.aligned(mask),
        "row",
        seed,
        (matrix, random) -> {
          BitSet kept = new BitSet();
          for (MaskBlock part : requireBlocks(parts, matrix)) {
            BitSet own = part.cut(matrix.bits());
            BitSet shuffled = new BitSet();
            int width = part.inputs().size();
            for (int row = 0; row < part.outputCount(); row++) {
              int start = row * width;
              int active = own.get(start, start + width).cardinality();
              draw(random, width, active).stream().forEach(i -> shuffled.set(start + i));
            }
            part.paste(shuffled, kept);
          }
          return kept;
        });
  }

  /**
   * As many kept weights of each size: the magnitudes of a matrix are ranked into {@value
   * #MAGNITUDE_CLASSES} classes of equal size, and each class keeps as many as before.
   */
  public static Mask perMagnitude(Mask mask, WeightValues weights, long seed) {
    return drawn(
        mask,
        "magnitude",
        seed,
        (matrix, random) -> {
          int[] ranked = ranked(weights.of(matrix));
          BitSet bits = matrix.bits();
          BitSet kept = new BitSet();
          for (int k = 0; k < MAGNITUDE_CLASSES; k++) {
            int from = (int) ((long) ranked.length * k / MAGNITUDE_CLASSES);
            int to = (int) ((long) ranked.length * (k + 1) / MAGNITUDE_CLASSES);
            int active = 0;
            for (int i = from; i < to; i++) {
              active += bits.get(ranked[i]) ? 1 : 0;
            }
            draw(random, to - from, active).stream().forEach(i -> kept.set(ranked[from + i]));
          }
          return kept;
        });
  }

  /** Positions by growing magnitude, equal magnitudes by position. */
  private static int[] ranked(float[] values) {
    long[] keys = new long[values.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = (long) Float.floatToIntBits(Math.abs(values[i])) << Integer.SIZE | i;
    }
    Arrays.parallelSort(keys);
    int[] positions = new int[keys.length];
    Arrays.setAll(positions, i -> (int) keys[i]);
    return positions;
  }

  private static List<MaskBlock> requireBlocks(List<MaskBlock> blocks, MaskMatrix matrix) {
    List<MaskBlock> own = new ArrayList<>();
    for (MaskBlock block : blocks) {
      if (block.parameter().equals(matrix.name())) {
        own.add(block);
      }
    }
    if (own.isEmpty()) {
      throw new MaskException(
          "'%s' is no attention or MLP matrix and has no blocks; draw per matrix instead"
              .formatted(matrix.name()));
    }
    return own;
  }

  private static Mask drawn(
      Mask mask, String kind, long seed, BiFunction<MaskMatrix, RandomGenerator, BitSet> draw) {
    return mask.mapped(
        "%s, random by %s@%d".formatted(mask.name(), kind, seed),
        MaskAlgebra.derived("random by " + kind, mask)
            .with(MaskProvenance.SEED, Long.toString(seed)),
        matrix -> draw.apply(matrix, generator(seed, matrix.name())));
  }

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
