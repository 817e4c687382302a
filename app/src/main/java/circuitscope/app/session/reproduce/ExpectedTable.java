package circuitscope.app.session.reproduce;

import circuitscope.probes.analysis.Json;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that are expected, and the runs that give them: a JSON file, shipped for the published
 * tables, one's own with {@code --expected}.
 *
 * @param source where the numbers come from
 * @param caution what a differing number does not mean
 */
public record ExpectedTable(String table, String source, String caution, List<Run> runs) {

  /** The tables that ship with the product. */
  public static final List<String> PUBLISHED =
      List.of("bigram-table", "heads-gpt2", "sinks", "dla");

  /**
   * One analysis of one model.
   *
   * @param name names the run's folder and is what {@code --only} chooses by
   * @param parameters as in a job; {@code ${NAME}} stands for a path that the user gives
   * @param text a prompt; with {@code bos} as {@code --bos}
   * @param files text files, or the names of such variables
   * @param ids {@code FILE.safetensors:TENSOR}
   * @param mask a mask of which the analysis's parameter {@code mask} is to be
   */
  public record Run(
      String name,
      String model,
      String analysis,
      @Nullable Map<String, Object> parameters,
      @Nullable String text,
      @Nullable String bos,
      @Nullable List<String> files,
      @Nullable String ids,
      @Nullable MaskSource mask,
      List<Row> rows) {}

  /**
   * A mask that is published, or trained here where it is not at hand.
   *
   * @param repository of the hub, whose snapshot in the cache is looked at too
   * @param file its name there
   * @param lambda that it is trained with
   */
  public record MaskSource(String repository, String file, double lambda) {}

  /**
   * One expected number.
   *
   * @param claim what is said, in a few words
   * @param at where in the result; see {@link Measure}
   * @param take what of the numbers found there; null when it is one
   * @param is how the number is to be to {@code expected}
   * @param expected a number, or names
   * @param tolerance of {@code within} and {@code factor}
   * @param of {@code published} masks only, or {@code trained} ones; null for both
   */
  public record Row(
      String claim,
      String at,
      @Nullable String take,
      Is is,
      Object expected,
      @Nullable Double tolerance,
      @Nullable String source,
      @Nullable String of) {}

  /** How a value is to be to what is expected. */
  public enum Is {
    /** |value − expected| ≤ tolerance. */
    WITHIN,
    /** expected / tolerance ≤ value ≤ expected · tolerance. */
    FACTOR,
    EXACTLY,
    AT_LEAST,
    AT_MOST,
    /** These names, in any order. */
    SET,
    /** These names among others. */
    INCLUDES;

    @JsonCreator
    static Is parse(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  /** A table that ships with the product. */
  public static ExpectedTable published(String name) throws IOException {
    try (InputStream in = ExpectedTable.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there is no table '%s'; there are: %s".formatted(name, String.join(", ", PUBLISHED)));
      }
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), ExpectedTable.class);
    }
  }

  /** A table of one's own. */
  public static ExpectedTable read(Path file) throws IOException {
    try {
      return Json.read(Files.readString(file), ExpectedTable.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "%s is no table of expected numbers: %s".formatted(file, e.getOriginalMessage()), e);
    }
  }

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([a-z-]+)}");

  /** The variables that a run's paths name. */
  static List<String> variables(Run run) {
    TreeSet<String> names = new TreeSet<>();
    Matcher matcher =
        VARIABLE.matcher("%s %s %s".formatted(run.parameters(), run.files(), run.ids()));
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return List.copyOf(names);
  }

  /** A text with its variables' values; unknown ones stay. */
  static String filled(String text, Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
  }
}
