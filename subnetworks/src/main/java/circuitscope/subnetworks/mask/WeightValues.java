package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import java.nio.FloatBuffer;
import java.util.Set;
import java.util.TreeSet;

/** The weights that a mask speaks of, matrix by matrix. */
@FunctionalInterface
public interface WeightValues {
  /**
   * The weights of a matrix, row-major as stored.
   *
   * @throws MaskException if there is no such parameter, or it has another shape
   */
  float[] of(MaskMatrix matrix);

  /** Read from a checkpoint's files, without a device. */
  static WeightValues of(Checkpoint checkpoint) {
    return matrix -> {
      String name = MaskNames.find(matrix.name(), checkpoint.tensors().keySet());
      StoredTensor tensor = name == null ? null : checkpoint.tensors().get(name);
      if (tensor == null || !tensor.shape().equals(matrix.shape())) {
        throw new MaskException(
            "%s: has no parameter '%s' of shape %s; the mask is of another model"
                .formatted(checkpoint.location(), matrix.name(), matrix.shape()));
      }
      float[] values = new float[matrix.total()];
      tensor.widen(0, FloatBuffer.wrap(values));
      return values;
    };
  }

  /** Read back from a loaded model. */
  static WeightValues of(Model model) {
    Set<String> names = new TreeSet<>();
    model.weights().forEach(weight -> names.add(weight.name()));
    return matrix -> {
      String name = MaskNames.find(matrix.name(), names);
      Weight weight = name == null ? null : model.weights().named(name);
      if (weight == null || weight.array().size() != matrix.total()) {
        throw new MaskException(
            "%s: has no parameter '%s' of shape %s; the mask is of another model"
                .formatted(model.identity().origin(), matrix.name(), matrix.shape()));
      }
      try (var owner = model.newManager()) {
        var values = weight.array().toType(ai.djl.ndarray.types.DataType.FLOAT32, true);
        values.attach(owner);
        return values.toFloatArray();
      }
    };
  }
}
