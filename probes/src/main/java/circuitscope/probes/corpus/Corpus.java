package circuitscope.probes.corpus;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts to be read one after the other; {@code .gz}, {@code .bz2} and {@code .zst} files are
 * unpacked on the way.
 *
 * @param field the member of each line's JSON object that holds a document (JSON Lines); null for
 *     plain text with documents between separator lines
 */
public record Corpus(List<Path> files, @Nullable String field) {
  public Corpus {
    files = List.copyOf(files);
  }

  /** Plain text files. */
  public static Corpus ofText(List<Path> files) {
    return new Corpus(files, null);
  }
}
