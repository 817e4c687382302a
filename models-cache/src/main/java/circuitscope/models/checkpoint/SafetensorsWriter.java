package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes safetensors files of any size: tensors are streamed, wide types first and then by name, so
 * that each is aligned to its element and the same content gives the same file. The file appears
 * under its name only when it is whole.
 */
public final class SafetensorsWriter {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes {@code file}, replacing what was there; missing parent directories are made.
   *
   * @param metadata free texts, kept in the header
   * @throws IllegalArgumentException if two tensors have one name or a type is not plain
   * @throws IllegalStateException if a source writes another number of bytes than its shape takes
   */
  public static void write(Path file, Map<String, String> metadata, List<TensorSource> tensors)
      throws IOException {
    List<TensorSource> ordered =
        tensors.stream()
            .sorted(
                Comparator.comparingInt((TensorSource tensor) -> -tensor.type().blockBytes())
                    .thenComparing(TensorSource::name))
            .toList();
    byte[] header = header(metadata, ordered);
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    // Not the JDK's temporary file, which only its owner could read.
    Path part =
        Files.createFile(
            file.resolveSibling(".%s-%s.part".formatted(file.getFileName(), UUID.randomUUID())));
    part.toFile().deleteOnExit();
    try {
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(channel, length.putLong(header.length).flip());
        writeFully(channel, ByteBuffer.wrap(header));
        for (TensorSource tensor : ordered) {
          write(channel, tensor);
        }
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static byte[] header(Map<String, String> metadata, List<TensorSource> ordered)
      throws IOException {
    ObjectNode root = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(texts::put);
    }
    Set<String> names = new HashSet<>();
    long begin = 0;
    for (TensorSource tensor : ordered) {
      if (!names.add(tensor.name()) || tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException(
            "a second tensor named '%s', or a reserved name".formatted(tensor.name()));
      }
      long end = Math.addExact(begin, tensor.byteSize());
      ObjectNode entry = root.putObject(tensor.name());
      entry.put("dtype", tensor.type().name());
      for (long dim : tensor.shape().dims()) {
        entry.withArray("/shape").add(dim);
      }
      entry.withArray("/shape");
      entry.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(JSON.writeValueAsBytes(root));
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(" ".getBytes(US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void write(FileChannel channel, TensorSource tensor) throws IOException {
    long begin = channel.position();
    tensor.writeTo(new Guard(channel));
    long written = channel.position() - begin;
    if (written != tensor.byteSize()) {
      throw new IllegalStateException(
          "tensor '%s' of %s %s takes %d bytes, but its source wrote %d"
              .formatted(tensor.name(), tensor.type(), tensor.shape(), tensor.byteSize(), written));
    }
  }

  /** Takes whole buffers and cannot be closed by the source. */
  private record Guard(FileChannel channel) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int length = bytes.remaining();
      writeFully(channel, bytes);
      return length;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() {}
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
