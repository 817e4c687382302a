package circuitscope.probes.model;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.family.Families;
import circuitscope.probes.model.family.Family;
import java.util.ArrayList;
import java.util.List;

/**
 * One attention or MLP matrix and its place in the decoder, known without its weights.
 *
 * @param name its Hugging Face name
 * @param rows as stored
 * @param columns as stored
 * @param inOut whether it is stored {@code [in, out]} and not {@code [out, in]}
 */
public record MaskableMatrix(
    String name, int layer, Slot slot, int rows, int columns, boolean inOut) {

  /** The matrices of the model that a config describes, layer by layer, under their full names. */
  public static List<MaskableMatrix> of(HfConfig config) {
    Family family = Families.of(config);
    DecoderSpec spec = family.spec(config);
    TensorMap map = family.tensors(config);
    List<MaskableMatrix> matrices = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (Slot slot : Slot.values()) {
        String name = slot.maskable() ? map.name(slot, layer) : null;
        if (name != null) {
          boolean inOut = map.inOut().contains(slot);
          long[] shape = slot.shape(spec);
          int outputs = Math.toIntExact(shape[0]);
          int inputs = Math.toIntExact(shape[1]);
          matrices.add(
              new MaskableMatrix(
                  name, layer, slot, inOut ? inputs : outputs, inOut ? outputs : inputs, inOut));
        }
      }
    }
    return matrices;
  }

  /** The matrices of a loaded model, under the names of its file. */
  public static List<MaskableMatrix> of(Model model) {
    List<MaskableMatrix> matrices = new ArrayList<>();
    for (int layer = 0; layer < model.spec().layers(); layer++) {
      for (Slot slot : Slot.values()) {
        Weight weight = slot.maskable() ? model.weights().find(slot, layer) : null;
        if (weight != null) {
          int rows = Math.toIntExact(weight.array().getShape().get(0));
          int columns = Math.toIntExact(weight.array().getShape().get(1));
          matrices.add(
              new MaskableMatrix(weight.name(), layer, slot, rows, columns, weight.inOut()));
        }
      }
    }
    return matrices;
  }
}
