package circuitscope.app.session.job;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where each place of a job file stands in its text: {@code models[1].device} is at {@code 7:5}. A
 * key's own beginning counts, not its value's.
 */
final class Places {
  /**
   * A place in a text, both counted from 1.
   *
   * @param column in characters
   */
  record Mark(int line, int column) implements Comparable<Mark> {
    static final Mark START = new Mark(1, 1);

    @Override
    public int compareTo(Mark other) {
      return line != other.line
          ? Integer.compare(line, other.line)
          : Integer.compare(column, other.column);
    }

    /** {@code LINE:COLUMN}, as compilers write it. */
    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  private final Map<String, Mark> marks = new HashMap<>();

  private Places() {}

  /** Reads the events of a YAML text that is known to be well formed. */
  static Places of(String yaml) throws IOException {
    Places places = new Places();
    try (JsonParser parser = new YAMLFactory().createParser(yaml)) {
      if (parser.nextToken() != null) {
        places.value(parser, "");
      }
    }
    return places;
  }

  private void value(JsonParser parser, String place) throws IOException {
    marks.putIfAbsent(place, mark(parser));
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String below = place.isEmpty() ? parser.currentName() : place + "." + parser.currentName();
        marks.putIfAbsent(below, mark(parser));
        parser.nextToken();
        value(parser, below);
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        value(parser, "%s[%d]".formatted(place, i));
      }
    }
  }

  private static Mark mark(JsonParser parser) {
    JsonLocation at = parser.currentTokenLocation();
    return new Mark(at.getLineNr(), at.getColumnNr());
  }

  /** The place's mark, or that of the innermost place around it that stands in the text. */
  Mark at(String place) {
    String around = place;
    while (!around.isEmpty()) {
      Mark mark = marks.get(around);
      if (mark != null) {
        return mark;
      }
      int end = Math.max(around.lastIndexOf('.'), around.lastIndexOf('['));
      around = end < 0 ? "" : around.substring(0, end);
    }
    return marks.getOrDefault("", Mark.START);
  }
}
