package circuitscope.app.gui.page;

import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Terms of the field and the paper that each comes from. */
public final class Glossary {
  private static final Map<String, String> TERMS = read();

  private Glossary() {}

  private static Map<String, String> read() {
    ResourceBundle bundle = ResourceBundle.getBundle("circuitscope.app.gui.glossary", Locale.ROOT);
    Map<String, String> terms = new TreeMap<>();
    bundle.keySet().forEach(key -> terms.put(key.replace('_', ' '), bundle.getString(key)));
    return terms;
  }

  /** A text, and below it what its terms mean. */
  public static String explained(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String explanations =
        TERMS.entrySet().stream()
            .filter(term -> lower.contains(term.getKey()))
            .map(term -> term.getKey() + ": " + term.getValue())
            .collect(Collectors.joining("\n\n"));
    return explanations.isEmpty() ? text : text + "\n\n" + explanations;
  }
}
