package circuitscope.app.session.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a cell's folder lies inside the job's: names in braces between slashes. A part that holds
 * the seed is left out for a cell that has none of several.
 *
 * @param pattern such as {@code {model}/{text}/{analysis}/{seed}}
 */
public record Layout(String pattern) {
  private static final Pattern NAME = Pattern.compile("\\{([^}]*)}");
  private static final List<String> NAMES = List.of("model", "text", "analysis", "seed");

  public static final Layout USUAL = new Layout("{model}/{text}/{analysis}/{seed}");

  /**
   * Checks a pattern.
   *
   * @throws IllegalArgumentException saying what it may hold
   */
  public Layout {
    Matcher name = NAME.matcher(pattern);
    while (name.find()) {
      if (!NAMES.contains(name.group(1))) {
        throw new IllegalArgumentException(
            "{%s} is none of {model}, {text}, {analysis}, {seed}".formatted(name.group(1)));
      }
    }
    String without = NAME.matcher(pattern).replaceAll("x");
    if (!without.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")) {
      throw new IllegalArgumentException(
          "'%s' is no relative path of letters, digits, . _ - and {model}, {text}, {analysis}, {seed}"
              .formatted(pattern));
    }
  }

  /** The cell's folder, relative to the job's. */
  Path place(String model, String text, String analysis, @Nullable Long seed) {
    List<String> parts = new ArrayList<>();
    for (String part : pattern.split("/", -1)) {
      if (seed != null || !part.contains("{seed}")) {
        parts.add(
            part.replace("{model}", model)
                .replace("{text}", text)
                .replace("{analysis}", analysis)
                .replace("{seed}", "seed-" + seed));
      }
    }
    return Path.of(String.join("/", parts));
  }
}
