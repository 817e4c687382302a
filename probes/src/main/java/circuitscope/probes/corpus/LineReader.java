package circuitscope.probes.corpus;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a UTF-8 file, plain, {@code .gz}, {@code .bz2} or {@code .zst}, in slices of at most
 * {@link #SLICE_CHARS} characters.
 */
final class LineReader implements Lines {
  static final int SLICE_CHARS = 1 << 16;

  private final Path file;
  private final CountedInput input;
  private final Reader reader;
  private final char[] block = new char[1 << 16];
  private int blockStart;
  private int blockEnd;
  private long lines;

  LineReader(Path file) throws IOException {
    this.file = file;
    input = new CountedInput(Files.newInputStream(file));
    try {
      InputStream text = unpacked(file, input);
      reader =
          new InputStreamReader(
              text,
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT));
    } catch (IOException e) {
      input.close();
      if (isDamage(e)) {
        throw damaged(e);
      }
      throw e;
    }
  }

  /**
   * Whether a compressed file is at fault, and not the disk; bzip2's reader has no type of its own.
   */
  private boolean isDamage(IOException e) {
    return e instanceof ZipException
        || e instanceof ZstdIOException
        || e instanceof EOFException
        || file.toString().endsWith(".bz2");
  }

  private static InputStream unpacked(Path file, InputStream packed) throws IOException {
    String name = file.toString();
    if (name.endsWith(".gz")) {
      return new GZIPInputStream(packed, 1 << 16);
    }
    if (name.endsWith(".bz2")) {
      return new BZip2CompressorInputStream(packed, true);
    }
    return name.endsWith(".zst") ? new ZstdInputStream(packed) : packed;
  }

  @Override
  public @Nullable Slice next(boolean startsLine) throws IOException {
    StringBuilder slice = new StringBuilder();
    while (slice.length() < SLICE_CHARS && (blockStart < blockEnd || fill())) {
      int end = Math.min(blockEnd, blockStart + SLICE_CHARS - slice.length());
      int at = blockStart;
      while (at < end && block[at] != '\n') {
        at++;
      }
      boolean newline = at < end;
      slice.append(block, blockStart, at - blockStart + (newline ? 1 : 0));
      blockStart = newline ? at + 1 : at;
      if (newline) {
        lines++;
        break;
      }
    }
    return slice.isEmpty() ? null : new Slice(slice.toString(), startsLine);
  }

  @Override
  public long bytesRead() {
    return input.count();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private boolean fill() throws IOException {
    try {
      int read = reader.read(block);
      blockStart = 0;
      blockEnd = Math.max(0, read);
      return read > 0;
    } catch (CharacterCodingException e) {
      throw new CorpusException(
          "%s is not UTF-8 text (some lines after line %d); convert it, for example with iconv"
              .formatted(file, lines),
          e);
    } catch (IOException e) {
      if (isDamage(e)) {
        throw damaged(e);
      }
      throw e;
    }
  }

  private String compression() {
    String name = file.toString();
    return name.endsWith(".zst") ? "zstd" : name.endsWith(".bz2") ? "bzip2" : "gzip";
  }

  private CorpusException damaged(IOException cause) {
    return new CorpusException(
        "%s is not a whole %s file (%s, after line %d); fetch or compress it again"
            .formatted(file, compression(), cause.getMessage(), lines),
        cause);
  }
}
