package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.NumpyPickleFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Masks as their authors publish them: a Python pickle of a dictionary from parameter names to
 * boolean arrays, true for kept weights. Texts beside the arrays ({@code orig_model_name}) become
 * provenance.
 */
final class PickledMask {
  private PickledMask() {}

  static Mask read(Path file) {
    try (NumpyPickleFile pickle = NumpyPickleFile.open(file)) {
      List<MaskMatrix> matrices = new ArrayList<>();
      for (StoredTensor array : pickle.tensors().values()) {
        matrices.add(new MaskMatrix(array.name(), array.shape(), bits(file, array)));
      }
      if (matrices.isEmpty()) {
        throw new MaskException(file + ": this pickle holds no boolean arrays");
      }
      MaskProvenance provenance =
          MaskProvenance.of(pickle.texts())
              .with(MaskProvenance.SOURCE, String.valueOf(file.getFileName()));
      return Mask.of(String.valueOf(file.getFileName()), matrices, provenance);
    }
  }

  private static BitSet bits(Path file, StoredTensor array) {
    if (array.type() != StoredType.BOOL) {
      throw new MaskException(
          "%s: '%s' is an array of %s, expected booleans"
              .formatted(file, array.name(), array.type()));
    }
    MemorySegment bytes = array.bytes();
    BitSet bits = new BitSet(MaskMatrix.size(array.name(), array.shape()));
    for (int i = 0; i < bytes.byteSize(); i++) {
      byte value = bytes.get(ValueLayout.JAVA_BYTE, i);
      if (value == 1) {
        bits.set(i);
      } else if (value != 0) {
        throw new MaskException(
            "%s: '%s' has the byte %d at %d, expected 0 or 1; the file is damaged"
                .formatted(file, array.name(), value, i));
      }
    }
    return bits;
  }
}
