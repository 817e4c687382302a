package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes tensors as NumPy's {@code .npz}: a ZIP archive of one {@code .npy} array a tensor, by
 * name. The same tensors give the same bytes.
 */
public final class NpzWriter {
  /** The first that a ZIP archive can tell. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzWriter() {}

  /**
   * Writes {@code file}, which is not there yet or is replaced.
   *
   * @throws IllegalArgumentException for a type that NumPy does not have
   */
  public static void write(Path file, List<TensorSource> tensors) throws IOException {
    try (ZipOutputStream zip =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)), UTF_8)) {
      zip.setLevel(Deflater.BEST_SPEED);
      for (TensorSource tensor :
          tensors.stream().sorted(Comparator.comparing(TensorSource::name)).toList()) {
        ZipEntry entry = new ZipEntry(tensor.name() + ".npy");
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        zip.write(NpyHeader.of(type(tensor), tensor.shape()));
        tensor.writeTo(Channels.newChannel(zip)); // not closed: the archive goes on
        zip.closeEntry();
      }
    }
  }

  private static String type(TensorSource tensor) {
    return switch (tensor.type()) {
      case F64 -> "<f8";
      case F32 -> "<f4";
      case F16 -> "<f2";
      case I64 -> "<i8";
      case I32 -> "<i4";
      case I16 -> "<i2";
      case I8 -> "|i1";
      case U8 -> "|u1";
      case BOOL -> "|b1";
      default ->
          throw new IllegalArgumentException(
              "tensor '%s' is %s, which NumPy does not have; read tensors.safetensors instead"
                  .formatted(tensor.name(), tensor.type()));
    };
  }
}
