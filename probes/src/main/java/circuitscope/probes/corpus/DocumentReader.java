package circuitscope.probes.corpus;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Documents of text files, one after the other, in bounded memory.
 *
 * <p>A document above {@link #PART_CHARS} characters comes in parts. The cut is made before a line
 * that begins with a non-space and follows exactly one newline after a non-space: there the
 * pre-tokenizers of GPT-2, GPT-NeoX, Llama 3 and Qwen split in any case, so the tokens are those of
 * the whole document. Where such a place is missing (one endless line) it falls before a single
 * space between non-spaces, and failing that anywhere between two characters. SentencePiece
 * tokenizers, which put a space before each text, see one more at every cut.
 */
final class DocumentReader implements AutoCloseable {
  static final String SEPARATOR = "<|endoftext|>";
  static final int PART_CHARS = 1 << 20;

  private final Corpus corpus;
  private final int partChars;
  private int nextFile;
  private @Nullable Lines lines;
  private boolean startsLine = true;
  private long finishedBytes;

  /** Lines of the present document that are not given out yet; a separator never gets here. */
  private final StringBuilder pending = new StringBuilder();

  private long document;
  private boolean first = true;

  DocumentReader(Corpus corpus) {
    this(corpus, PART_CHARS);
  }

  DocumentReader(Corpus corpus, int partChars) {
    this.corpus = corpus;
    this.partChars = partChars;
  }

  /** The next document or part of one; null after the last. */
  @Nullable DocumentPart next() throws IOException {
    while (true) {
      if (lines == null && !openNext()) {
        return null;
      }
      Lines.Slice slice = lines == null ? null : lines.next(startsLine);
      DocumentPart part = null;
      if (slice == null) {
        closeFile();
        part = endDocument();
      } else {
        startsLine = slice.text().endsWith("\n");
        if (isSeparator(slice)) {
          part = endDocument();
        } else {
          pending.append(slice.text());
          if (pending.length() > partChars) {
            part = cutPart();
          }
        }
      }
      if (part != null) {
        return part;
      }
    }
  }

  /** Bytes of the files as they lie on disk (compressed, if they are) that were read so far. */
  long bytesRead() {
    return finishedBytes + (lines == null ? 0 : lines.bytesRead());
  }

  @Override
  public void close() throws IOException {
    closeFile();
  }

  private static boolean isSeparator(Lines.Slice slice) {
    String text = slice.text();
    return slice.startsLine()
        && text.startsWith(SEPARATOR)
        && (text.length() == SEPARATOR.length()
            || (text.length() == SEPARATOR.length() + 1 && text.endsWith("\n")));
  }

  private @Nullable DocumentPart endDocument() {
    dropLeadingNewlines();
    int end = pending.length();
    while (end > 0 && pending.charAt(end - 1) == '\n') {
      end--;
    }
    DocumentPart part =
        end == 0 ? null : new DocumentPart(document, first, pending.substring(0, end));
    document += end > 0 || !first ? 1 : 0;
    first = true;
    pending.setLength(0);
    return part;
  }

  private @Nullable DocumentPart cutPart() {
    dropLeadingNewlines();
    if (pending.length() <= partChars) {
      return null;
    }
    int cut = cut();
    DocumentPart part = new DocumentPart(document, first, pending.substring(0, cut));
    pending.delete(0, cut);
    first = false;
    return part;
  }

  private void dropLeadingNewlines() {
    int from = 0;
    while (first && from < pending.length() && pending.charAt(from) == '\n') {
      from++;
    }
    pending.delete(0, from);
  }

  private int cut() {
    for (int at = pending.length() - 1; at >= 2; at--) {
      if (pending.charAt(at - 1) == '\n' && isInk(at) && isInk(at - 2)) {
        return at;
      }
    }
    for (int at = pending.length() - 2; at >= 1; at--) {
      if (pending.charAt(at) == ' ' && isInk(at - 1) && isInk(at + 1)) {
        return at;
      }
    }
    return Character.isLowSurrogate(pending.charAt(partChars)) ? partChars - 1 : partChars;
  }

  private boolean isInk(int at) {
    char letter = pending.charAt(at);
    return !Character.isWhitespace(letter) && !Character.isSpaceChar(letter);
  }

  private boolean openNext() throws IOException {
    if (nextFile == corpus.files().size()) {
      return false;
    }
    Path file = corpus.files().get(nextFile++);
    String field = corpus.field();
    lines = field == null ? new LineReader(file) : new JsonLines(file, field);
    startsLine = true;
    return true;
  }

  private void closeFile() throws IOException {
    if (lines != null) {
      finishedBytes += lines.bytesRead();
      lines.close();
      lines = null;
    }
  }
}
