package circuitscope.subnetworks.mask;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The forms in which masks are stored, told apart by a file's first bytes, not by its name. */
enum MaskForm {
  SAFETENSORS {
    @Override
    Mask read(Path file) {
      return MaskFile.readSafetensors(file);
    }
  },
  /** A dictionary of boolean NumPy arrays, as the published masks are. */
  PICKLE {
    @Override
    Mask read(Path file) {
      return PickledMask.read(file);
    }
  };

  private static final int PICKLE_PROTOCOL = 0x80;

  abstract Mask read(Path file) throws IOException;

  static MaskForm of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MaskException(file + ": is a folder; give the mask's file");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] first = bytes.readNBytes(4);
      if (first.length > 1 && (first[0] & 0xff) == PICKLE_PROTOCOL) {
        return PICKLE;
      }
      return SAFETENSORS;
    }
  }
}
