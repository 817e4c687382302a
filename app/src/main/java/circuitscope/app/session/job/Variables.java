package circuitscope.app.session.job;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code ${NAME}} and {@code ${NAME:-default}} in the texts of a job file. */
final class Variables {
  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private Variables() {}

  /**
   * The text with every reference replaced.
   *
   * @throws IllegalArgumentException naming a variable that is not set and has no default
   */
  static String expand(String text, Map<String, String> environment) {
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder expanded = new StringBuilder();
    while (reference.find()) {
      String value = environment.get(reference.group(1));
      String byDefault = reference.group(2);
      if ((value == null || value.isEmpty()) && byDefault == null) {
        throw new IllegalArgumentException(
            "${%s} is not set in the environment; set it, or write ${%s:-default}"
                .formatted(reference.group(1), reference.group(1)));
      }
      boolean set = value != null && !value.isEmpty();
      reference.appendReplacement(
          expanded, Matcher.quoteReplacement(set ? value : String.valueOf(byDefault)));
    }
    return reference.appendTail(expanded).toString();
  }
}
