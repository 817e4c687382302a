package circuitscope.app.gui.tokens;

import java.util.List;

/**
 * What stands at one place of a flow of tokens: a token, or one of each of two texts.
 *
 * @param parts from top to bottom
 * @param spoken what a read-out and a screen reader say of it
 */
public record Chip(List<Part> parts, String spoken) {
  /**
   * One token.
   *
   * @param label empty where a text has no token here
   * @param note small, below it
   * @param colour of its ground, {@code 0xAARRGGBB}; 0 for none
   */
  public record Part(String label, String note, int colour) {}

  public Chip {
    parts = List.copyOf(parts);
  }

  public Chip(String label, String note, int colour, String spoken) {
    this(List.of(new Part(label, note, colour)), spoken);
  }
}
