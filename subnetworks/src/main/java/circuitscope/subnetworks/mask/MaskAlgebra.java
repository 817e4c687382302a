package circuitscope.subnetworks.mask;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Masks as sets of weights. The operation and its operands stand in the result's provenance. */
public final class MaskAlgebra {
  private MaskAlgebra() {}

  /** Weights that are kept by one or the other. */
  public static Mask union(Mask a, Mask b) {
    return combine("union", "∪", a, b, BitSet::or);
  }

  /** Weights that are kept by both. */
  public static Mask intersection(Mask a, Mask b) {
    return combine("intersection", "∩", a, b, BitSet::and);
  }

  /** Weights that {@code a} keeps and {@code b} does not. */
  public static Mask difference(Mask a, Mask b) {
    return combine("difference", "\\", a, b, BitSet::andNot);
  }

  /** Weights that the mask speaks of and does not keep: what is left when it is ablated. */
  public static Mask complement(Mask mask) {
    return mask.mapped(
        mask.name() + ", complement",
        derived("complement", mask),
        matrix -> {
          BitSet rest = matrix.kept();
          rest.flip(0, matrix.total());
          return rest;
        });
  }

  /**
   * Weights that the mask keeps, and all those of some blocks of its matrices; blocks of matrices
   * that it does not speak of are kept anyway.
   *
   * @param added what the blocks are, for the provenance
   */
  public static Mask with(Mask mask, String added, List<MaskBlock> blocks) {
    return mask.mapped(
        added.isEmpty() ? mask.name() : mask.name() + " + " + added,
        derived("add " + added, mask),
        matrix -> {
          BitSet bits = matrix.kept();
          blocks.stream()
              .filter(block -> block.parameter().equals(matrix.name()))
              .forEach(block -> block.runs(bits::set));
          return bits;
        });
  }

  private static Mask combine(
      String operation, String sign, Mask a, Mask b, BiConsumer<BitSet, BitSet> change) {
    SortedMap<String, MaskMatrix> others = aligned(a, b);
    return a.mapped(
        "(%s %s %s)".formatted(a.name(), sign, b.name()),
        derived(operation, a, b),
        matrix -> {
          BitSet bits = matrix.kept();
          MaskMatrix other = others.get(matrix.name());
          if (other != null) {
            change.accept(bits, other.bits());
          }
          return bits;
        });
  }

  /**
   * The matrices of {@code b} under the names of {@code a}.
   *
   * @throws MaskException if they do not speak of the same parameters in the same shapes
   */
  static SortedMap<String, MaskMatrix> aligned(Mask a, Mask b) {
    SortedMap<String, MaskMatrix> aligned = new TreeMap<>();
    for (MaskMatrix matrix : b.matrices().values()) {
      String name = MaskNames.find(matrix.name(), a.matrices().keySet());
      MaskMatrix twin = name == null ? null : a.matrices().get(name);
      if (twin == null || !twin.shape().equals(matrix.shape())) {
        throw apart(a, b, matrix, twin);
      }
      aligned.put(twin.name(), matrix);
    }
    for (MaskMatrix matrix : a.matrices().values()) {
      if (!aligned.containsKey(matrix.name())) {
        throw apart(b, a, matrix, null);
      }
    }
    return aligned;
  }

  private static MaskException apart(
      Mask one, Mask other, MaskMatrix matrix, @Nullable MaskMatrix twin) {
    return new MaskException(
        "masks '%s' and '%s' are not of the same matrices: '%s' is %s in the second and %s in the"
            .formatted(one.name(), other.name(), matrix.name(), matrix.shape(), shape(twin))
            .concat(" first. Give masks of one model."));
  }

  private static String shape(@Nullable MaskMatrix matrix) {
    return matrix == null ? "absent" : matrix.shape().toString();
  }

  /**
   * The provenance of what was made from {@code parents}: the model's entries where all agree, the
   * operation and the parents.
   */
  static MaskProvenance derived(String operation, Mask... parents) {
    MaskProvenance made = MaskProvenance.NONE;
    for (String key : new String[] {MaskProvenance.MODEL, MaskProvenance.MODEL_DIGEST}) {
      String value = parents[0].provenance().get(key);
      if (value != null
          && Arrays.stream(parents).allMatch(mask -> value.equals(mask.provenance().get(key)))) {
        made = made.with(key, value);
      }
    }
    String lines =
        String.join(
            "\n", Arrays.stream(parents).map(mask -> mask.name() + " " + mask.digest()).toList());
    return made.with(MaskProvenance.OPERATION, operation).with(MaskProvenance.PARENTS, lines);
  }
}
