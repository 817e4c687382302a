package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.MappedTensor;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorFile;
import circuitscope.models.checkpoint.TensorShape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A memory-mapped GGUF file of version 2 or 3: a header of keys with values and of tensor
 * descriptions, then the tensors' bytes (the format's specification is {@code docs/gguf.md} of the
 * ggml project). Dimensions are turned into the usual order, outermost first.
 */
final class GgufFile implements TensorFile {
  private static final int MAGIC = 0x46554747; // "GGUF"

  private static final int DEFAULT_ALIGNMENT = 32;

  /** ggml's own limit. */
  private static final int MOST_DIMS = 4;

  private final Path path;
  private final Arena arena;
  private final int version;
  private final GgufMetadata metadata;
  private final SortedMap<String, StoredTensor> tensors;

  /** Maps the file and reads its header. */
  @SuppressWarnings("MustBeClosedChecker")
  private GgufFile(Path path, Arena arena) {
    this.path = path;
    this.arena = arena;
    MemorySegment bytes = map(path, arena);
    GgufCursor cursor = new GgufCursor(path, bytes);
    this.version = version(cursor);
    int tensorCount = (int) cursor.count("the number of tensors", 24);
    int valueCount = (int) cursor.count("the number of metadata values", 13);
    this.metadata = metadata(cursor, valueCount);
    refuseParts();
    List<Info> infos = infos(cursor, tensorCount);
    this.tensors = tensors(cursor, infos, bytes);
  }

  /**
   * @throws CheckpointException if the file is damaged, of another version, a part of a split
   *     model, or holds tensors of a type that is not supported
   */
  static GgufFile open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new GgufFile(path, arena);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public Path file() {
    return path;
  }

  int version() {
    return version;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  /** Every tensor by its name in the file, rows in the order of the file. */
  @Override
  public SortedMap<String, StoredTensor> tensors() {
    return tensors;
  }

  @Override
  public void close() {
    arena.close();
  }

  private static MemorySegment map(Path path, Arena arena) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw new CheckpointException(path, "cannot be read: " + e, e);
    }
  }

  private int version(GgufCursor cursor) {
    int magic = cursor.i32("the first four bytes");
    if (magic != MAGIC) {
      throw new CheckpointException(
          path, "starts with %08x, expected 'GGUF': not a GGUF file".formatted(magic));
    }
    int read = cursor.i32("the version");
    if (read == 2 || read == 3) {
      return read;
    }
    int swapped = Integer.reverseBytes(read);
    throw new CheckpointException(
        path,
        swapped == 2 || swapped == 3
            ? "is a big-endian GGUF file, expected a little-endian one; convert the model again"
            : "is GGUF version %s, expected 2 or 3; convert the model again"
                .formatted(Integer.toUnsignedString(read)));
  }

  private GgufMetadata metadata(GgufCursor cursor, int count) {
    Map<String, GgufValue> values = new HashMap<>();
    for (int i = 0; i < count; i++) {
      String key = cursor.name("metadata key " + i);
      if (values.put(key, GgufValue.read(cursor, key)) != null) {
        throw cursor.damaged("metadata '%s' is there twice".formatted(key));
      }
    }
    return new GgufMetadata(path, values);
  }

  private void refuseParts() {
    int parts = metadata.naturalOr(1, "split.count");
    if (parts > 1) {
      throw new CheckpointException(
          path,
          "is part %d of a model split into %d files, expected a whole model; join the parts"
                  .formatted(metadata.naturalOr(0, "split.no") + 1, parts)
              + " into one file with 'llama-gguf-split --merge' of llama.cpp");
    }
  }

  /** A tensor's description: {@code offset} is relative to the end of the header. */
  private record Info(String name, StoredType type, TensorShape shape, long offset, long size) {}

  private List<Info> infos(GgufCursor cursor, int count) {
    List<Info> infos = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = cursor.name("the name of tensor " + i);
      TensorShape shape = shape(cursor, name);
      StoredType type = type(cursor, name);
      long offset = cursor.i64("the offset of tensor '" + name + "'");
      infos.add(new Info(name, type, shape, offset, size(cursor, name, type, shape)));
    }
    return infos;
  }

  private static TensorShape shape(GgufCursor cursor, String name) {
    int rank = cursor.i32("the rank of tensor '" + name + "'");
    if (rank < 0 || rank > MOST_DIMS) {
      throw cursor.damaged(
          "tensor '%s' has %s dimensions, expected at most %d"
              .formatted(name, Integer.toUnsignedString(rank), MOST_DIMS));
    }
    long[] dims = new long[rank];
    for (int axis = rank - 1; axis >= 0; axis--) { // innermost first in the file
      dims[axis] = cursor.i64("the dimensions of tensor '" + name + "'");
      if (dims[axis] < 0) {
        throw cursor.damaged(
            "tensor '%s' has a dimension of %s".formatted(name, Long.toUnsignedString(dims[axis])));
      }
    }
    return new TensorShape(dims);
  }

  private StoredType type(GgufCursor cursor, String name) {
    int number = cursor.i32("the type of tensor '" + name + "'");
    return GgmlType.of(number)
        .flatMap(GgmlType::stored)
        .orElseThrow(
            () ->
                new CheckpointException(
                    path,
                    "tensor '%s' is stored as %s, which is not supported; expected one of %s"
                        .formatted(
                            name,
                            GgmlType.of(number)
                                .map(GgmlType::name)
                                .orElse("type " + Integer.toUnsignedString(number)),
                            GgmlType.supported())));
  }

  private static long size(GgufCursor cursor, String name, StoredType type, TensorShape shape) {
    try {
      long row = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
      if (row % type.blockElements() != 0) {
        throw cursor.damaged(
            "tensor '%s' has rows of %d elements, expected whole %s blocks of %d"
                .formatted(name, row, type, type.blockElements()));
      }
      return type.bytesFor(shape.elements());
    } catch (ArithmeticException e) {
      throw cursor.damaged("tensor '%s' of shape %s is impossibly large".formatted(name, shape));
    }
  }

  private SortedMap<String, StoredTensor> tensors(
      GgufCursor cursor, List<Info> infos, MemorySegment bytes) {
    int alignment = metadata.naturalOr(DEFAULT_ALIGNMENT, "general.alignment");
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.invalid("general.alignment", "a power of two");
    }
    long start = Math.ceilDiv(cursor.position(), alignment) * (long) alignment;
    long available = Math.max(0, bytes.byteSize() - start);
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    long free = 0;
    String before = "";
    for (Info info : infos.stream().sorted(Comparator.comparingLong(Info::offset)).toList()) {
      if (info.offset() < 0
          || info.offset() % alignment != 0
          || info.size() > available
          || info.offset() > available - info.size()) {
        throw cursor.damaged(
            "tensor '%s' takes %d bytes from byte %s of the %d bytes of data (alignment %d)"
                .formatted(
                    info.name(),
                    info.size(),
                    Long.toUnsignedString(info.offset()),
                    available,
                    alignment));
      }
      if (info.offset() < free) {
        throw cursor.damaged("tensors '%s' and '%s' overlap".formatted(before, info.name()));
      }
      free = info.offset() + info.size();
      before = info.name();
      MemorySegment data = bytes.asSlice(start + info.offset(), info.size());
      StoredTensor tensor = tensor(info.name(), info.type(), info.shape(), data);
      if (tensors.put(info.name(), tensor) != null) {
        throw cursor.damaged("tensor '%s' is there twice".formatted(info.name()));
      }
    }
    return Collections.unmodifiableSortedMap(tensors);
  }

  /** A tensor whose rows stay in the order of the file. */
  static StoredTensor tensor(String name, StoredType type, TensorShape shape, MemorySegment bytes) {
    return type.isBlocked()
        ? new GgufTensor(name, type, shape, bytes)
        : new MappedTensor(name, type, shape, bytes);
  }
}
