package circuitscope.app.gui.attention;

import circuitscope.app.gui.tokens.Chip;
import circuitscope.app.gui.tokens.TokenFlow;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The tokens of a pattern, coloured by how much one of them attends to each. */
final class PatternChips {
  private PatternChips() {}

  /**
   * The chips, as many as a flow shows.
   *
   * @param query whose row colours them; −1 for none
   */
  static List<Chip> of(HeadPattern pattern, int query, Theme theme) {
    Colours colours =
        pattern.against() == null ? Colours.probability("") : Colours.signed("").withRange(-1, 1);
    ColourScale scale = ColourScale.of(colours, theme, -1, 1);
    List<Chip> chips = new ArrayList<>();
    int shown = Math.min(pattern.tokens().size(), TokenFlow.MOST);
    for (int key = 0; key < shown; key++) {
      boolean seen = query >= 0 && query < pattern.tokens().size() && key <= query;
      float weight = seen ? pattern.at(query, key) : 0;
      String label = pattern.rows() > 1 ? Integer.toString(key) : pattern.tokens().get(key);
      chips.add(
          new Chip(
              label,
              "",
              seen ? scale.colour(weight) : 0,
              seen
                  ? String.format(Locale.ROOT, "%d %s, attended with %.4f", key, label, weight)
                  : key + " " + label));
    }
    return chips;
  }

  /** The key to which a query attends most, or differs most. */
  static int strongest(HeadPattern pattern, int query) {
    int best = 0;
    for (int key = 1; key <= query; key++) {
      best = Math.abs(pattern.at(query, key)) > Math.abs(pattern.at(query, best)) ? key : best;
    }
    return best;
  }
}
