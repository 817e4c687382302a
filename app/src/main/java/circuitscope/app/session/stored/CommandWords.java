package circuitscope.app.session.stored;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a manifest, taken apart: which model, under which mask, read which tokens.
 *
 * @param options what stands after each {@code --NAME}
 */
public record CommandWords(List<String> words, Map<String, List<String>> options) {
  public CommandWords {
    words = List.copyOf(words);
  }

  /** A command as {@link circuitscope.app.session.AnalysisRun#command} writes it. */
  public static CommandWords of(List<String> words) {
    Map<String, List<String>> options = new LinkedHashMap<>();
    List<String> values = new ArrayList<>();
    boolean asked = false;
    for (String word : words) {
      boolean option = word.startsWith("--") && !asked;
      int attached = option ? word.indexOf('=') : -1;
      if (option) {
        values = new ArrayList<>();
        options.putIfAbsent(word.substring(2, attached < 0 ? word.length() : attached), values);
      }
      if (!option || attached > 0) {
        values.add(word.substring(attached + 1));
      }
      asked = option && attached < 0; // its value comes next, and may look like an option
    }
    return new CommandWords(words, options);
  }

  /** The one value of an option; null where it was not given. */
  public @Nullable String value(String option) {
    List<String> values = options.getOrDefault(option, List.of());
    return values.isEmpty() ? null : values.getFirst();
  }

  public List<String> files() {
    return options.getOrDefault("file", List.of());
  }

  /** What was read, in a few words: a prompt, the names of files, a tensor of ids; or nothing. */
  public String read() {
    String prompt = value("text");
    if (prompt != null) {
      return prompt;
    }
    String ids = value("ids");
    return ids != null
        ? ids
        : files().stream()
            .map(file -> String.valueOf(Path.of(file).getFileName()))
            .collect(Collectors.joining(", "));
  }
}
