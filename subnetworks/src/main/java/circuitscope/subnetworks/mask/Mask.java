package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.WeightMask;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A subnetwork: which weights of some of a model's parameters are kept. Parameters that it does not
 * speak of are kept whole.
 *
 * @param name what to call it in results
 * @param matrices by Hugging Face parameter name
 */
public record Mask(String name, SortedMap<String, MaskMatrix> matrices, MaskProvenance provenance) {

  /**
   * @throws MaskException if a matrix stands under another name than its own
   */
  public Mask {
    matrices = Collections.unmodifiableSortedMap(new TreeMap<>(matrices));
    matrices.forEach(
        (parameter, matrix) -> {
          if (!parameter.equals(matrix.name())) {
            throw new MaskException(
                "the mask of '%s' stands under '%s'".formatted(matrix.name(), parameter));
          }
        });
  }

  public static Mask of(String name, Collection<MaskMatrix> matrices, MaskProvenance provenance) {
    SortedMap<String, MaskMatrix> byName = new TreeMap<>();
    for (MaskMatrix matrix : matrices) {
      if (byName.put(matrix.name(), matrix) != null) {
        throw new MaskException("mask '%s' has '%s' twice".formatted(name, matrix.name()));
      }
    }
    return new Mask(name, byName, provenance);
  }

  /** Kept weights among those that the mask speaks of. */
  public long active() {
    return matrices.values().stream().mapToLong(MaskMatrix::active).sum();
  }

  /** Weights that the mask speaks of. */
  public long total() {
    return matrices.values().stream().mapToLong(MaskMatrix::total).sum();
  }

  /** Kept weights of one matrix. */
  public record MatrixCount(String name, long active, long total) {}

  /** Kept weights matrix by matrix, in the order of their names. */
  public List<MatrixCount> byMatrix() {
    return matrices.values().stream()
        .map(matrix -> new MatrixCount(matrix.name(), matrix.active(), matrix.total()))
        .toList();
  }

  /**
   * SHA-256 over names, shapes and bits: the same for the same mask in whatever file form, whatever
   * its name and provenance.
   */
  public String digest() {
    return MaskDigest.of(matrices.values());
  }

  /** The same subnetwork under another name. */
  public Mask named(String other) {
    return new Mask(other, matrices, provenance);
  }

  public Mask with(MaskProvenance other) {
    return new Mask(name, matrices, other);
  }

  /** A mask of the same matrices, each with other weights kept. */
  Mask mapped(String other, MaskProvenance made, Function<MaskMatrix, BitSet> kept) {
    SortedMap<String, MaskMatrix> changed = new TreeMap<>();
    matrices.forEach((key, matrix) -> changed.put(key, matrix.keeping(kept.apply(matrix))));
    return new Mask(other, changed, made);
  }

  /** The mask as a model takes it, under the names that it has here. */
  public WeightMask weightMask() {
    Map<String, BitSet> kept = new TreeMap<>();
    matrices.forEach((parameter, matrix) -> kept.put(parameter, matrix.bits()));
    return new WeightMask(name, kept);
  }

  /**
   * The mask under the names of that model's parameters, ready for {@link Model#masked}. A
   * parameter may be called by its full name or without the base model's prefix, as hub files do.
   * Another digest than the mask's own model's is only worth a warning: checkpoints of one training
   * run are compared so.
   *
   * @throws MaskException if the mask speaks of parameters that the model does not have, or has in
   *     another shape
   */
  public Mask fittedTo(Model model) {
    return MaskFit.fitted(this, model);
  }

  /**
   * The mask under the names of that checkpoint's tensors; reads no weights.
   *
   * @throws MaskException as {@link #fittedTo(Model)}
   */
  public Mask fittedTo(Checkpoint checkpoint) {
    Map<String, TensorShape> shapes = new TreeMap<>();
    checkpoint.tensors().forEach((tensor, stored) -> shapes.put(tensor, stored.shape()));
    return MaskFit.fitted(this, shapes, checkpoint.location().toString());
  }

  /**
   * Refuses a mask of another model.
   *
   * @throws MaskException as {@link #fittedTo(Model)}
   */
  public void checkFits(Model model) {
    MaskFit.fitted(this, model);
  }
}
