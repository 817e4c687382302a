package circuitscope.models.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The entries of a mapped ZIP archive as slices of it. Only uncompressed entries exist here:
 * PyTorch stores them so, which lets weights be mapped. ZIP64 is read, for archives above 4 GiB.
 */
final class ZipDirectory {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END64 = 0x06064b50;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int END_BYTES = 22;
  private static final int LARGEST_COMMENT = 0xffff;

  private final Path file;
  private final MemorySegment zip;
  private final SortedMap<String, MemorySegment> stored = new TreeMap<>();
  private final SortedSet<String> compressed = new TreeSet<>();

  private ZipDirectory(Path file, MemorySegment zip) {
    this.file = file;
    this.zip = zip;
  }

  static boolean looksLikeZip(MemorySegment bytes) {
    return bytes.byteSize() >= 4 && bytes.get(U32, 0) == LOCAL;
  }

  static ZipDirectory read(Path file, MemorySegment zip) {
    ZipDirectory directory = new ZipDirectory(file, zip);
    try {
      directory.readEntries();
    } catch (IndexOutOfBoundsException e) {
      throw new CheckpointException(
          file, "its ZIP directory points outside the file; it is damaged, fetch it again", e);
    }
    return directory;
  }

  /** The names of all entries. */
  List<String> names() {
    return Stream.concat(stored.keySet().stream(), compressed.stream()).toList();
  }

  /**
   * The bytes of an entry; empty if there is none.
   *
   * @throws CheckpointException if the entry is compressed
   */
  Optional<MemorySegment> find(String name) {
    if (compressed.contains(name)) {
      throw damaged(
          "compresses its entry '%s'; PyTorch stores weights uncompressed, save it again with torch"
              .formatted(name));
    }
    return Optional.ofNullable(stored.get(name));
  }

  private void readEntries() {
    long end = findEnd();
    long count = u16(end + 10);
    long start = u32(end + 16);
    if ((count == 0xffff || start == 0xffffffffL) && zip.get(U32, end - 20) == LOCATOR64) {
      long end64 = zip.get(U64, end - 20 + 8);
      if (zip.get(U32, end64) != END64) {
        throw damaged("has no ZIP64 end record where its locator points");
      }
      count = zip.get(U64, end64 + 32);
      start = zip.get(U64, end64 + 48);
    }
    long at = start;
    for (long i = 0; i < count; i++) {
      if (zip.get(U32, at) != CENTRAL) {
        throw damaged("has no directory entry %d at byte %d".formatted(i, at));
      }
      int nameBytes = u16(at + 28);
      int extraBytes = u16(at + 30);
      String name =
          new String(zip.asSlice(at + 46, nameBytes).toArray(ValueLayout.JAVA_BYTE), UTF_8);
      boolean again =
          u16(at + 10) == 0
              ? stored.put(name, content(at, name, at + 46 + nameBytes, extraBytes)) != null
              : !compressed.add(name);
      if (again) {
        throw damaged("has two entries named '%s'".formatted(name));
      }
      at += 46L + nameBytes + extraBytes + u16(at + 32);
    }
  }

  private long findEnd() {
    long last = zip.byteSize() - END_BYTES;
    for (long at = last; at >= 0 && at >= last - LARGEST_COMMENT; at--) {
      if (zip.get(U32, at) == END) {
        return at;
      }
    }
    throw damaged("has no ZIP directory at its end; it is truncated, fetch it again");
  }

  private MemorySegment content(long central, String name, long extra, int extraBytes) {
    long size = u32(central + 24);
    long local = u32(central + 42);
    if (size == 0xffffffffL || local == 0xffffffffL) {
      long field = zip64Field(extra, extraBytes);
      if (size == 0xffffffffL) {
        size = zip.get(U64, field);
        field += 8;
      }
      if (u32(central + 20) == 0xffffffffL) {
        field += 8; // the compressed size, equal for stored entries
      }
      if (local == 0xffffffffL) {
        local = zip.get(U64, field);
      }
    }
    if (zip.get(U32, local) != LOCAL) {
      throw damaged("has no entry '%s' at byte %d".formatted(name, local));
    }
    return zip.asSlice(local + 30 + u16(local + 26) + u16(local + 28), size);
  }

  private long zip64Field(long extra, int extraBytes) {
    long at = extra;
    while (at + 4 <= extra + extraBytes) {
      if (u16(at) == 1) {
        return at + 4;
      }
      at += 4 + u16(at + 2);
    }
    throw damaged("lacks a ZIP64 field that its directory needs");
  }

  private int u16(long at) {
    return Short.toUnsignedInt(zip.get(U16, at));
  }

  private long u32(long at) {
    return Integer.toUnsignedLong(zip.get(U32, at));
  }

  private CheckpointException damaged(String problem) {
    return new CheckpointException(file, problem);
  }
}
