package circuitscope.probes.corpus;

import circuitscope.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Disjoint windows of a fixed length over the packed token stream of text files. The same files,
 * tokenizer and length give the same windows, whatever the number of threads, and {@link #position}
 * leads back into the middle of them.
 */
public final class TokenWindows implements AutoCloseable {
  private final PartSource stream;
  private final int length;

  private final int[] ids; // the window that is being filled, [position]
  private final int[] byteLengths;
  private final long[] documents;
  private int filled;

  private @Nullable TokenPart part;
  private int taken; // of the part
  private long partsTaken; // whole ones before it
  private long index;

  /**
   * Where a pass over the windows stands.
   *
   * @param parts document parts that are used up
   * @param tokens tokens of the next part that are used up
   * @param window number of the next window
   */
  public record Position(long parts, int tokens, long window) {
    public static final Position START = new Position(0, 0, 0);
  }

  private TokenWindows(PartSource stream, int length, Position from) {
    this.stream = stream;
    this.length = length;
    ids = new int[length];
    byteLengths = new int[length];
    documents = new long[length];
    partsTaken = from.parts();
    index = from.window();
  }

  /** All windows of {@code length} tokens, encoded on every core. */
  public static TokenWindows open(List<Path> files, Tokenizer tokenizer, int length)
      throws IOException {
    return open(
        files, tokenizer, length, Runtime.getRuntime().availableProcessors(), Position.START);
  }

  /** The windows of plain text files from a position on. */
  public static TokenWindows open(
      List<Path> files, Tokenizer tokenizer, int length, int threads, Position from)
      throws IOException {
    return open(Corpus.ofText(files), tokenizer, length, threads, from);
  }

  /**
   * The windows from a position on.
   *
   * @param from what {@link #position} said over the same texts, tokenizer and length
   * @throws CorpusException when a file is absent, or the position lies behind the end
   */
  public static TokenWindows open(
      Corpus corpus, Tokenizer tokenizer, int length, int threads, Position from)
      throws IOException {
    if (length < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "windows of %d tokens on %d threads: both must be at least 1".formatted(length, threads));
    }
    TokenStream stream = new TokenStream(corpus, tokenizer, threads, from.parts(), part -> true);
    return open(stream, corpus.files(), length, from);
  }

  /** The windows over what shards encoded, from a position on; closing them closes the shards. */
  public static TokenWindows open(TokenShards shards, int length, Position from)
      throws IOException {
    return open(shards.from(from.parts()), shards.files(), length, from);
  }

  private static TokenWindows open(PartSource stream, List<?> files, int length, Position from)
      throws IOException {
    TokenWindows windows = new TokenWindows(stream, length, from);
    if (from.tokens() > 0) {
      windows.part = windows.stream.next();
      windows.taken = from.tokens();
      if (windows.part == null || windows.taken > windows.part.ids().length) {
        windows.close();
        throw new CorpusException(
            "the position to go on from lies behind the end of %s; the files have changed"
                .formatted(files));
      }
    }
    return windows;
  }

  /** The next full window; null when fewer tokens than a window are left: see {@link #rest}. */
  public @Nullable TokenWindow next() throws IOException {
    while (filled < length) {
      TokenPart source = part;
      if (source == null || taken == source.ids().length) {
        partsTaken += source == null ? 0 : 1;
        taken = 0;
        source = stream.next();
        part = source;
        if (source == null) {
          return null;
        }
      }
      int count = Math.min(length - filled, source.ids().length - taken);
      System.arraycopy(source.ids(), taken, ids, filled, count);
      System.arraycopy(source.byteLengths(), taken, byteLengths, filled, count);
      Arrays.fill(documents, filled, filled + count, source.document());
      taken += count;
      filled += count;
    }
    filled = 0;
    return new TokenWindow(index++, ids.clone(), byteLengths.clone(), documents.clone());
  }

  /** Up to {@code size} next windows; empty at the end. */
  public List<TokenWindow> nextBatch(int size) throws IOException {
    List<TokenWindow> batch = new ArrayList<>(size);
    while (batch.size() < size) {
      TokenWindow window = next();
      if (window == null) {
        break;
      }
      batch.add(window);
    }
    return batch;
  }

  /** After {@link #next} gave null: the tokens at the end that do not fill a window, maybe none. */
  public TokenWindow rest() {
    return new TokenWindow(
        index,
        Arrays.copyOf(ids, filled),
        Arrays.copyOf(byteLengths, filled),
        Arrays.copyOf(documents, filled));
  }

  /** Where the next window begins, between two calls of {@link #next}. */
  public Position position() {
    TokenPart source = part;
    boolean usedUp = source != null && taken == source.ids().length;
    return usedUp ? new Position(partsTaken + 1, 0, index) : new Position(partsTaken, taken, index);
  }

  /** Bytes of the files, as they lie on disk, that were read so far. */
  public long bytesRead() {
    return stream.bytesRead();
  }

  /** Bytes of the files as they lie on disk. */
  public long bytesTotal() {
    return stream.bytesTotal();
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
