package circuitscope.probes.analysis;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.corpus.TokenWindows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of tokens that a model is run on, of at most {@code length} tokens each, streamed.
 *
 * <p>Files are cut into disjoint windows of the packed stream, and what does not fill a window is
 * left out unless it is all there is. A prompt is cut likewise but kept whole; ready-made rows are
 * never cut.
 */
public final class TokenRows implements AutoCloseable {
  private final TokenInput input;
  private final long limit;
  private final Deque<TokenWindow> ready = new ArrayDeque<>();
  private final @Nullable TokenWindows files;
  private final TokenDigest digest = new TokenDigest();
  private final long total;
  private long windows;
  private long tokens;
  private long textBytes;
  private boolean restTaken;

  private TokenRows(TokenInput input, @Nullable Tokenizer tokenizer, int length, long limit)
      throws IOException {
    this.input = input;
    this.limit = limit;
    this.files =
        switch (input) {
          case TokenInput.TextFiles text ->
              TokenWindows.open(text.files(), required(tokenizer), length);
          case TokenInput.Prompt prompt -> {
            int[] ids = required(tokenizer).encode(prompt.text(), prompt.bos()).ids();
            cut(ids, required(tokenizer), length);
            yield null;
          }
          case TokenInput.Ids ids -> {
            for (int[] row : ids.rows()) {
              if (row.length > length) {
                throw new IllegalArgumentException(
                    "%s: rows of %d tokens, where a row has at most %d; give shorter rows"
                            .formatted(ids.source(), row.length, length)
                        + " or a larger --context, if the model allows it");
              }
              cut(row, tokenizer, length);
            }
            yield null;
          }
        };
    this.total =
        files == null
            ? Math.min(ready.size(), limit)
            : limit == Long.MAX_VALUE ? files.bytesTotal() : limit;
  }

  /**
   * Opens the input for one pass.
   *
   * @param tokenizer may be null for ids; bytes are then unknown
   * @param length tokens a row at most
   * @param limit rows at most
   * @throws IllegalArgumentException when text comes without a tokenizer, or holds no tokens
   * @throws UncheckedIOException when a file cannot be read
   */
  public static TokenRows open(
      TokenInput input, @Nullable Tokenizer tokenizer, int length, long limit) {
    try {
      TokenRows rows = new TokenRows(input, tokenizer, length, limit);
      if (rows.files == null && rows.ready.isEmpty()) {
        throw new IllegalArgumentException(input.describe() + ": there are no tokens in it");
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tokenizer required(@Nullable Tokenizer tokenizer) {
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "the model has no tokenizer; name one with --tokenizer, or give tokens with --ids");
    }
    return tokenizer;
  }

  private void cut(int[] ids, @Nullable Tokenizer tokenizer, int length) {
    for (int from = 0; from < ids.length; from += length) {
      int[] row = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + length));
      int[] bytes = new int[row.length];
      if (tokenizer != null) {
        Arrays.setAll(bytes, i -> tokenizer.isSpecial(row[i]) ? 0 : tokenizer.bytes(row[i]).length);
      }
      ready.add(new TokenWindow(ready.size(), row, bytes, new long[row.length]));
    }
  }

  /** Up to {@code size} next rows, all of one length; empty at the end. */
  public List<TokenWindow> next(int size) {
    try {
      List<TokenWindow> batch = new ArrayList<>();
      while (batch.size() < Math.min(size, limit - windows)) {
        TokenWindow row = ready.isEmpty() ? nextOfFiles() : ready.poll();
        if (row == null) {
          break;
        }
        if (!batch.isEmpty() && row.size() != batch.getFirst().size()) {
          ready.addFirst(row);
          break;
        }
        batch.add(row);
      }
      for (TokenWindow row : batch) {
        digest.update(row.ids());
        tokens += row.size();
        textBytes += Arrays.stream(row.byteLengths()).sum();
      }
      windows += batch.size();
      return batch;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable TokenWindow nextOfFiles() throws IOException {
    if (files == null) {
      return null;
    }
    TokenWindow window = files.next();
    if (window != null) {
      return window;
    }
    TokenWindow rest = files.rest();
    boolean allThereIs = rest.index() == 0 && rest.size() > 0 && !restTaken;
    restTaken |= allThereIs;
    return allThereIs ? rest : null;
  }

  /** How much there is to do, in {@link #unit}s. */
  public long total() {
    return total;
  }

  /** How much is done, in {@link #unit}s. */
  public long done() {
    // Reading runs ahead of the model; of a compressed file only what was read can be compared.
    return files == null || limit < Long.MAX_VALUE
        ? windows
        : Math.min(Math.min(files.bytesRead(), textBytes), total);
  }

  public String unit() {
    return files == null || limit < Long.MAX_VALUE ? "windows" : "bytes";
  }

  /** What was read so far; to be asked once, at the end. */
  public TokensRead read() {
    return new TokensRead(
        input.describe(), input.policy(), windows, tokens, leftOut(), digest.hex());
  }

  /** Null when there are more files to read, whose tokens nobody has counted. */
  private @Nullable Long leftOut() {
    try {
      if (files != null && !restTaken && files.next() != null) {
        return null;
      }
      long unread = ready.stream().mapToLong(TokenWindow::size).sum();
      return files == null || restTaken ? unread : unread + files.rest().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (files != null) {
      try {
        files.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
