package circuitscope.subnetworks.mask;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The forms in which masks are stored, told apart by a file's first bytes, not by its name. */
public enum MaskForm {
  SAFETENSORS {
    @Override
    Mask read(Path file) {
      return MaskFile.readSafetensors(file);
    }

    @Override
    public void write(Path file, Mask mask) throws IOException {
      MaskFile.write(file, mask);
    }
  },
  /** A dictionary of boolean NumPy arrays, as the published masks are. */
  PICKLE {
    @Override
    Mask read(Path file) throws IOException {
      return PickledMask.read(file);
    }

    @Override
    public void write(Path file, Mask mask) throws IOException {
      PickledMask.write(file, mask);
    }
  },
  /** An archive of boolean NumPy arrays. */
  NPZ {
    @Override
    Mask read(Path file) throws IOException {
      return NpzMask.read(file);
    }

    @Override
    public void write(Path file, Mask mask) throws IOException {
      NpzMask.write(file, mask);
    }
  };

  private static final int PICKLE_PROTOCOL = 0x80;

  /** Where the header of a safetensors file begins, after its length. */
  private static final int HEADER_AT = Long.BYTES;

  abstract Mask read(Path file) throws IOException;

  /** Writes a file of this form, replacing what was there; it appears when it is whole. */
  public abstract void write(Path file, Mask mask) throws IOException;

  /** The form that a file name's ending stands for: {@code .npz}, {@code .pickle}, {@code .pkl}. */
  public static MaskForm named(Path file) {
    String name = file.toString();
    return name.endsWith(".npz")
        ? NPZ
        : name.endsWith(".pickle") || name.endsWith(".pkl") ? PICKLE : SAFETENSORS;
  }

  static MaskForm of(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MaskException(file + ": is a folder; give the mask's file");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      byte[] first = bytes.readNBytes(HEADER_AT + 1);
      if (isSafetensors(first)) { // the length may begin like a pickle
        return SAFETENSORS;
      }
      if (first.length > 1 && (first[0] & 0xff) == PICKLE_PROTOCOL) {
        return PICKLE;
      }
      if (first.length > 1 && first[0] == 'P' && first[1] == 'K') {
        return NPZ;
      }
      return SAFETENSORS;
    }
  }

  /** A length of 8 bytes, of which the upper 4 are 0 in any file that could be read, then JSON. */
  private static boolean isSafetensors(byte[] first) {
    if (first.length <= HEADER_AT || first[HEADER_AT] != '{') {
      return false;
    }
    return first[4] == 0 && first[5] == 0 && first[6] == 0 && first[7] == 0;
  }
}
