package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A mapped safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes
 * without a gap. The header is checked whole before any tensor is handed out.
 */
public final class SafetensorsFile implements TensorFile {
  /** The format's own limit. */
  static final long LARGEST_HEADER_BYTES = 100_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path file;
  private final Arena arena;
  private final Map<String, String> metadata;
  private final SortedMap<String, StoredTensor> tensors;

  private SafetensorsFile(
      Path file,
      Arena arena,
      Map<String, String> metadata,
      SortedMap<String, StoredTensor> tensors) {
    this.file = file;
    this.arena = arena;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Maps a file and checks its header.
   *
   * @throws CheckpointException if the file is not whole and consistent
   */
  public static SafetensorsFile open(Path file) {
    Arena arena = Arena.ofShared();
    try {
      return map(file, arena);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  private static SafetensorsFile map(Path file, Arena arena) {
    MemorySegment mapped = MappedFile.map(file, arena, LENGTH.byteSize());
    long headerBytes = mapped.get(LENGTH, 0);
    long rest = mapped.byteSize() - LENGTH.byteSize();
    if (headerBytes < 2 || headerBytes > LARGEST_HEADER_BYTES) {
      throw new CheckpointException(
          file,
          "claims a header of %s bytes, expected 2 to %d; this is not a safetensors file"
              .formatted(Long.toUnsignedString(headerBytes), LARGEST_HEADER_BYTES));
    }
    if (headerBytes > rest) {
      throw new CheckpointException(
          file,
          "claims a header of %d bytes, but only %d follow; the file is truncated, fetch it again"
              .formatted(headerBytes, rest));
    }
    byte[] json = mapped.asSlice(LENGTH.byteSize(), headerBytes).toArray(ValueLayout.JAVA_BYTE);
    MemorySegment data = mapped.asSlice(LENGTH.byteSize() + headerBytes);
    SafetensorsHeader header = SafetensorsHeader.parse(file, new String(json, UTF_8));
    header.checkLayout(data.byteSize());
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      MemorySegment bytes = data.asSlice(entry.begin(), entry.end() - entry.begin());
      tensors.put(entry.name(), new MappedTensor(entry.name(), entry.type(), entry.shape(), bytes));
    }
    return new SafetensorsFile(
        file, arena, header.metadata(), Collections.unmodifiableSortedMap(tensors));
  }

  @Override
  public Path file() {
    return file;
  }

  /** The header's free texts ({@code __metadata__}); empty when there are none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    arena.close();
  }
}
