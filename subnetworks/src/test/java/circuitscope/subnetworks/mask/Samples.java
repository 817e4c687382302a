package circuitscope.subnetworks.mask;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small masks to test with. */
final class Samples {
  private Samples() {}

  /** Each weight is kept with that probability. */
  static MaskMatrix matrix(String name, int rows, int columns, double density, long seed) {
    Random random = new Random(seed);
    BitSet kept = new BitSet();
    for (int i = 0; i < rows * columns; i++) {
      kept.set(i, random.nextDouble() < density);
    }
    return new MaskMatrix(name, rows, columns, kept);
  }

  /** One dense, one sparse, one empty and one full matrix, the sizes no multiples of eight. */
  static Mask mask(long seed) {
    return Mask.of(
        "sample",
        List.of(
            matrix("h.0.dense.weight", 13, 7, 0.5, seed),
            matrix("h.0.sparse.weight", 31, 33, 0.01, seed + 1),
            matrix("h.1.empty.weight", 5, 3, 0, seed + 2),
            matrix("h.1.full.weight", 3, 5, 1, seed + 3)),
        MaskProvenance.of(
            Map.of(
                MaskProvenance.LAMBDA, "10", MaskProvenance.MODEL, "a \"model\"\nin two lines")));
  }
}
