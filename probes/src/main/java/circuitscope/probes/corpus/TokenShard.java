package circuitscope.probes.corpus;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A share of the encoding of texts: every shard reads all of them and encodes every {@code
 * count}-th group of document parts, which is what takes long. {@link TokenShards} puts the parts
 * of all shards in their order again.
 *
 * <p>The file is safetensors: {@code tokens} I32, {@code part_lengths} I64, the tokens of each part
 * that is the shard's; what was read stands in the metadata.
 *
 * @param index from 1 to {@code count}
 */
public record TokenShard(int index, int count) {
  static final String FORMAT = "circuitscope-token-shard-1";

  /**
   * Parts that follow one another in a shard: enough that short documents share an encoding task.
   */
  static final int GROUP = 64;

  public TokenShard {
    if (count < 1 || index < 1 || index > count) {
      throw new IllegalArgumentException(
          "shard %d/%d: expected I/N with I from 1 to N".formatted(index, count));
    }
  }

  static int owner(long part, int count) {
    return (int) (part / GROUP % count) + 1;
  }

  /** How much a shard encoded. */
  public record Encoded(long parts, long tokens) {}

  /**
   * Encodes this share and writes it to a file, which appears when it is whole.
   *
   * @param about what the texts and the tokenizer are; shards are put together only when it is the
   *     same
   */
  public Encoded write(
      Path out,
      Corpus corpus,
      Tokenizer tokenizer,
      Map<String, String> about,
      int threads,
      Progress progress)
      throws IOException {
    Path directory = out.toAbsolutePath().resolveSibling("");
    Files.createDirectories(directory);
    Path tokens = Files.createTempFile(directory, "." + out.getFileName(), ".tokens");
    Path lengths = Files.createTempFile(directory, "." + out.getFileName(), ".lengths");
    try {
      long parts = 0;
      long count = 0;
      long all;
      try (TokenStream stream =
              new TokenStream(
                  corpus, tokenizer, threads, 0, part -> owner(part, count()) == index);
          FileChannel tokensTo = FileChannel.open(tokens, StandardOpenOption.WRITE);
          FileChannel lengthsTo = FileChannel.open(lengths, StandardOpenOption.WRITE)) {
        progress.begin(stream.bytesTotal(), "bytes");
        for (TokenPart part = stream.next(); part != null; part = stream.next()) {
          ByteBuffer ids = little(part.ids().length * Integer.BYTES);
          ids.asIntBuffer().put(part.ids());
          write(tokensTo, ids);
          write(lengthsTo, little(Long.BYTES).putLong(0, part.ids().length));
          parts++;
          count += part.ids().length;
          progress.advanceTo(stream.bytesRead());
        }
        all = stream.partsRead();
        progress.advanceTo(stream.bytesTotal());
      }
      Map<String, String> metadata = new TreeMap<>(about);
      metadata.put("format", FORMAT);
      metadata.put("shard", index + "/" + count());
      metadata.put("parts", Long.toString(all));
      SafetensorsWriter.write(
          out,
          metadata,
          List.of(
              source("tokens", StoredType.I32, count, tokens),
              source("part_lengths", StoredType.I64, parts, lengths)));
      return new Encoded(parts, count);
    } finally {
      Files.deleteIfExists(tokens);
      Files.deleteIfExists(lengths);
    }
  }

  private static TensorSource source(String name, StoredType type, long elements, Path file) {
    return new TensorSource(name, type, new TensorShape(elements), channel -> copy(file, channel));
  }

  private static void copy(Path file, WritableByteChannel to) throws IOException {
    try (FileChannel from = FileChannel.open(file)) {
      ByteBuffer slice = little(1 << 20);
      while (from.read(slice.clear()) >= 0) {
        to.write(slice.flip());
      }
    }
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
