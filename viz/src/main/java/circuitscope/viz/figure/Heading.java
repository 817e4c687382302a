package circuitscope.viz.figure;

import java.util.regex.Pattern;

/**
 * What a figure is called.
 *
 * @param id names the figure's files: lower-case letters, digits, dots, dashes and underscores
 * @param title one short line drawn above the figure; empty for none
 * @param caption the sentences that say what is seen; kept with the file, not drawn
 */
public record Heading(String id, String title, String caption) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  public Heading {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "figure id '%s': expected 1 to 100 lower-case letters, digits, '.', '_' or '-', since it names files"
              .formatted(id));
    }
  }

  public static Heading of(String id, String title) {
    return new Heading(id, title, "");
  }
}
