package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.NumpyPickleFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.probes.analysis.PendingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Masks as their authors publish them: a Python pickle of a dictionary from parameter names to
 * boolean arrays, true for kept weights. The text {@code orig_model_name} beside the arrays is the
 * model's name; other texts become provenance.
 */
final class PickledMask {
  private static final String MODEL_NAME = "orig_model_name";

  private PickledMask() {}

  static Mask read(Path file) throws IOException {
    try (NumpyPickleFile pickle = NumpyPickleFile.open(file)) {
      List<MaskMatrix> matrices = new ArrayList<>();
      for (StoredTensor array : pickle.tensors().values()) {
        matrices.add(new MaskMatrix(array.name(), array.shape(), bits(file, array)));
      }
      if (matrices.isEmpty()) {
        throw new MaskException(file + ": this pickle holds no boolean arrays");
      }
      String name = String.valueOf(file.getFileName());
      MaskProvenance provenance = MaskProvenance.NONE.with(MaskProvenance.SOURCE, name);
      for (Map.Entry<String, String> text : pickle.texts().entrySet()) {
        boolean model = text.getKey().equals(MODEL_NAME);
        provenance = provenance.with(model ? MaskProvenance.MODEL : text.getKey(), text.getValue());
      }
      return Mask.of(name, matrices, provenance);
    }
  }

  private static BitSet bits(Path file, StoredTensor array) throws IOException {
    String what = "%s: '%s'".formatted(file, array.name());
    if (array.type() != StoredType.BOOL) {
      throw new MaskException(
          "%s is an array of %s, expected booleans".formatted(what, array.type()));
    }
    int size = MaskMatrix.size(array.name(), array.shape());
    MemorySegment bytes = array.bytes();
    try (InputStream in = new SegmentStream(bytes)) {
      return ArrayBits.read(what, in, size);
    }
  }

  static void write(Path file, Mask mask) throws IOException {
    try (PendingOutput pending = PendingOutput.file(file)) {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(pending.path()))) {
        PickleWriter pickle = new PickleWriter(out);
        pickle.begin();
        for (MaskMatrix matrix : mask.matrices().values()) {
          pickle.entry(matrix);
        }
        String model = mask.provenance().get(MaskProvenance.MODEL);
        if (model != null) {
          pickle.entry(MODEL_NAME, model);
        }
        pickle.end();
      }
      pending.commit();
    }
  }
}
