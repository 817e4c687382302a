package circuitscope.subnetworks.mask;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import circuitscope.models.checkpoint.NpyHeader;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.probes.analysis.PendingOutput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Masks as NumPy's {@code .npz}: a ZIP archive of one boolean {@code .npy} array a parameter, true
 * for kept weights. {@code numpy.load} opens what is written here, and what {@code numpy.savez}
 * writes is read. Name and provenance stand in the archive's comment, which NumPy leaves alone.
 */
final class NpzMask {
  private static final String NPY = ".npy";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final int LARGEST_HEADER_BYTES = 1 << 16;
  private static final int LARGEST_COMMENT_BYTES = 0xffff;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'\\|?(b1|\\?)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d{1,10})\\s*,\\s*(\\d{1,10})?\\s*,?\\s*\\)");

  private NpzMask() {}

  static void write(Path file, Mask mask) throws IOException {
    try (PendingOutput pending = PendingOutput.file(file)) {
      try (ZipOutputStream zip =
          new ZipOutputStream(
              new BufferedOutputStream(Files.newOutputStream(pending.path())), UTF_8)) {
        String comment = MaskComment.write(mask);
        if (comment.getBytes(UTF_8).length <= LARGEST_COMMENT_BYTES) {
          zip.setComment(comment);
        }
        for (MaskMatrix matrix : mask.matrices().values()) {
          zip.putNextEntry(new ZipEntry(matrix.name() + NPY));
          zip.write(NpyHeader.of("|b1", matrix.shape()));
          ArrayBits.write(matrix, zip);
          zip.closeEntry();
        }
      }
      pending.commit();
    }
  }

  static Mask read(Path file) throws IOException {
    List<MaskMatrix> matrices = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile(), UTF_8)) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (!entry.getName().endsWith(NPY)) {
          throw new MaskException(
              "%s: its entry '%s' is no .npy array; this is no NumPy archive"
                  .formatted(file, entry.getName()));
        }
        String name = entry.getName().substring(0, entry.getName().length() - NPY.length());
        try (InputStream in = zip.getInputStream(entry)) {
          matrices.add(matrix(file, name, in));
        }
      }
      if (matrices.isEmpty()) {
        throw new MaskException(file + ": this NumPy archive holds no arrays");
      }
      return MaskComment.read(file, zip.getComment(), matrices);
    } catch (ZipException e) {
      throw new MaskException(
          "%s: is a damaged ZIP archive (%s); copy or make it again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static MaskMatrix matrix(Path file, String name, InputStream in) throws IOException {
    String what = "%s: array '%s'".formatted(file, name);
    String header = header(what, in);
    Matcher shape = SHAPE.matcher(header);
    Matcher order = ORDER.matcher(header);
    if (!TYPE.matcher(header).find() || !order.find() || !shape.find()) {
      throw new MaskException(
          "%s is described as %s, expected booleans in one or two dimensions"
              .formatted(what, header.strip()));
    }
    long rows = Long.parseLong(shape.group(1));
    TensorShape dims =
        shape.group(2) == null
            ? new TensorShape(rows)
            : new TensorShape(rows, Long.parseLong(shape.group(2)));
    int size = MaskMatrix.size(name, dims);
    BitSet bits = ArrayBits.read(what, in, size);
    if (order.group(1).equals("True") && dims.rank() == 2) {
      bits =
          ArrayBits.fromColumnMajor(
              bits, Math.toIntExact(dims.dim(0)), Math.toIntExact(dims.dim(1)));
    }
    return new MaskMatrix(name, dims, bits);
  }

  private static String header(String what, InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    boolean magic = start.length == MAGIC.length + 2;
    for (int i = 0; magic && i < MAGIC.length; i++) {
      magic = start[i] == MAGIC[i];
    }
    if (!magic || start[MAGIC.length] < 1 || start[MAGIC.length] > 3) {
      throw new MaskException(what + " does not begin as a .npy array of version 1 to 3");
    }
    int lengthBytes = start[MAGIC.length] == 1 ? Short.BYTES : Integer.BYTES;
    byte[] length = in.readNBytes(lengthBytes);
    long bytes = 0;
    for (int i = length.length - 1; i >= 0; i--) {
      bytes = bytes << Byte.SIZE | Byte.toUnsignedLong(length[i]);
    }
    if (length.length < lengthBytes || bytes > LARGEST_HEADER_BYTES) {
      throw new MaskException(what + " claims a header of %d bytes".formatted(bytes));
    }
    return new String(in.readNBytes((int) bytes), ISO_8859_1);
  }
}
