package circuitscope.probes.corpus;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The files of all {@link TokenShard}s of one encoding, which together are the whole stream. */
public final class TokenShards implements AutoCloseable {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** One shard and how far it was read. */
  private static final class Reader {
    private final MemorySegment tokens;
    private final MemorySegment lengths;
    private long part;
    private long token;

    Reader(SafetensorsFile file) {
      tokens = tensor(file, "tokens").bytes();
      lengths = tensor(file, "part_lengths").bytes();
    }

    /** The next part's ids; null after the last. */
    int @Nullable [] next() {
      if (part * Long.BYTES >= lengths.byteSize()) {
        return null;
      }
      int length = Math.toIntExact(lengths.get(LONG, part++ * Long.BYTES));
      int[] ids = tokens.asSlice(token * Integer.BYTES, (long) length * Integer.BYTES).toArray(INT);
      token += length;
      return ids;
    }
  }

  private final List<Path> paths;
  private final List<SafetensorsFile> files; // by shard
  private final Map<String, String> about;

  private TokenShards(List<Path> paths, List<SafetensorsFile> files, Map<String, String> about) {
    this.paths = paths;
    this.files = files;
    this.about = about;
  }

  /**
   * Opens the shards of one encoding.
   *
   * @throws CorpusException when one is missing, twice there, or of another encoding
   */
  public static TokenShards open(List<Path> paths) {
    Map<Integer, SafetensorsFile> byIndex = new TreeMap<>();
    List<SafetensorsFile> opened = new ArrayList<>();
    try {
      Map<String, String> about = null;
      int count = paths.size();
      for (Path path : paths) {
        SafetensorsFile file = SafetensorsFile.open(path);
        opened.add(file);
        Map<String, String> metadata = new TreeMap<>(file.metadata());
        if (!TokenShard.FORMAT.equals(metadata.get("format"))) {
          throw new CorpusException(
              path + ": is no shard; 'circuitscope bigrams count --shard I/N' makes them");
        }
        String shard = String.valueOf(metadata.remove("shard"));
        if (!shard.matches("[1-9]\\d{0,8}/" + count)) {
          throw new CorpusException(
              "%s: is shard %s, and %d files were given; give all shards of one counting"
                  .formatted(path, shard, count));
        }
        if (about != null && !about.equals(metadata)) {
          throw new CorpusException(
              "%s: is of another counting than %s: %s, there %s"
                  .formatted(path, paths.getFirst(), metadata, about));
        }
        about = metadata;
        if (byIndex.put(Integer.valueOf(shard.substring(0, shard.indexOf('/'))), file) != null) {
          throw new CorpusException(path + ": shard %s is there twice".formatted(shard));
        }
      }
      if (about == null) {
        throw new CorpusException("there are no shards to put together");
      }
      return new TokenShards(List.copyOf(paths), List.copyOf(byIndex.values()), Map.copyOf(about));
    } catch (RuntimeException e) {
      opened.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  /** What the shards were made from, as {@link TokenShard#write} was told. */
  public Map<String, String> about() {
    return about;
  }

  List<Path> files() {
    return paths;
  }

  /** The parts from a number on. */
  PartSource from(long firstPart) throws IOException {
    Parts parts = new Parts();
    for (long part = 0; part < firstPart; part++) {
      if (parts.next() == null) {
        throw new CorpusException(
            "the position to go on from lies behind the end of %s".formatted(paths));
      }
    }
    return parts;
  }

  private final class Parts implements PartSource {
    private final List<Reader> readers = files.stream().map(Reader::new).toList();
    private final long total = Long.parseLong(about.getOrDefault("parts", "0"));
    private long next;
    private long read;

    @Override
    public @Nullable TokenPart next() {
      if (next == total) {
        return null;
      }
      int owner = TokenShard.owner(next++, readers.size());
      int[] ids = readers.get(owner - 1).next();
      if (ids == null) {
        throw new CorpusException("shard %d ends before its last part".formatted(owner));
      }
      read += (long) ids.length * Integer.BYTES;
      return new TokenPart(0, ids, new int[ids.length]);
    }

    @Override
    public long bytesRead() {
      return read;
    }

    @Override
    public long bytesTotal() {
      return readers.stream().mapToLong(reader -> reader.tokens.byteSize()).sum();
    }

    @Override
    public void close() {
      // the files are the shards' own
    }
  }

  private static StoredTensor tensor(SafetensorsFile file, String name) {
    StoredTensor tensor = file.tensors().get(name);
    if (tensor == null) {
      throw new CorpusException("a shard has no tensor '%s'; make it again".formatted(name));
    }
    return tensor;
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
