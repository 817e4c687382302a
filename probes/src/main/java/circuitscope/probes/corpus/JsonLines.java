package circuitscope.probes.corpus;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The documents of a JSON Lines file as lines of text, a separator line after each. */
final class JsonLines implements Lines {
  private static final JsonMapper JSON = new JsonMapper();

  /** A line of JSON is held whole; one that is longer is no document. */
  private static final int LONGEST_LINE = 1 << 28;

  private final Path file;
  private final String field;
  private final LineReader json;
  private String text = "";
  private int given; // characters of the text
  private long line;

  JsonLines(Path file, String field) throws IOException {
    this.file = file;
    this.field = field;
    json = new LineReader(file);
  }

  @Override
  public @Nullable Slice next(boolean startsLine) throws IOException {
    while (given == text.length()) {
      String object = nextLine();
      if (object == null) {
        return null;
      }
      if (!object.isBlank()) {
        text = document(object) + "\n" + DocumentReader.SEPARATOR + "\n";
        given = 0;
      }
    }
    int newline = text.indexOf('\n', given);
    int end = Math.min(newline + 1, given + LineReader.SLICE_CHARS);
    Slice slice = new Slice(text.substring(given, end), startsLine);
    given = end;
    return slice;
  }

  private @Nullable String nextLine() throws IOException {
    StringBuilder object = new StringBuilder();
    for (Slice slice = json.next(true); slice != null; slice = json.next(false)) {
      object.append(slice.text());
      if (slice.text().endsWith("\n")) {
        break;
      }
      if (object.length() > LONGEST_LINE) {
        throw broken("has more than %d characters".formatted(LONGEST_LINE), null);
      }
    }
    line++;
    return object.isEmpty() ? null : object.toString();
  }

  private String document(String object) {
    JsonNode value;
    try {
      value = JSON.readTree(object).path(field);
    } catch (JacksonException e) {
      throw broken("is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!value.isTextual()) {
      throw broken("is no object with a text '%s'; name its field".formatted(field), null);
    }
    return value.textValue();
  }

  private CorpusException broken(String problem, @Nullable Throwable cause) {
    String message = "%s: line %d %s".formatted(file, line, problem);
    return cause == null ? new CorpusException(message) : new CorpusException(message, cause);
  }

  @Override
  public long bytesRead() {
    return json.bytesRead();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
