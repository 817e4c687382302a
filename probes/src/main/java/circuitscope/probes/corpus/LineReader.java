package circuitscope.probes.corpus;

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
import org.jspecify.annotations.Nullable;

/** Lines of a UTF-8 file, plain or {@code .gz}; a line without end comes in slices. */
final class LineReader implements AutoCloseable {
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
      InputStream text =
          file.toString().endsWith(".gz") ? new GZIPInputStream(input, 1 << 16) : input;
      reader =
          new InputStreamReader(
              text,
              StandardCharsets.UTF_8
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT));
    } catch (ZipException | EOFException e) {
      input.close();
      throw damaged(e);
    }
  }

  /**
   * @param text with its newline if it has one, at most {@link #SLICE_CHARS} characters
   * @param startsLine false for a further slice of a long line
   */
  record Slice(String text, boolean startsLine) {}

  /** The next line or slice of a line; null at the end of the file. */
  @Nullable Slice next(boolean startsLine) throws IOException {
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

  /** Bytes read of the file as it lies on disk. */
  long bytesRead() {
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
    } catch (ZipException | EOFException e) {
      throw damaged(e);
    }
  }

  private CorpusException damaged(IOException cause) {
    return new CorpusException(
        "%s is not a whole gzip file (%s, after line %d); fetch or compress it again"
            .formatted(file, cause.getMessage(), lines),
        cause);
  }
}
