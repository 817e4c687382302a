package circuitscope.subnetworks.judge;

import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Sheet;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The surprisal of each token of a text as several models see it, one strip each, one scale. */
final class SurprisalStrips {
  private SurprisalStrips() {}

  /**
   * One sheet of strips.
   *
   * @param text which text it is, for the caption
   * @param labels {@code [token]}
   * @param bits by model, in their order: {@code [token − 1]}, the first has none
   */
  static Figure sheet(String text, List<String> labels, Map<String, float[]> bits) {
    float most = 0;
    for (float[] ofModel : bits.values()) {
      for (float value : ofModel) {
        most = Float.isFinite(value) ? Math.max(most, value) : most;
      }
    }
    Colours colours = Colours.sequential("surprisal (bits)").withRange(0, most > 0 ? most : 1);
    List<Figure> panels = new ArrayList<>();
    bits.forEach(
        (model, ofModel) ->
            panels.add(
                new TokenStrip(
                    Heading.of("surprisal-" + model.replace(' ', '-'), model),
                    labels,
                    ofTokens(labels.size(), ofModel),
                    colours)));
    return new Sheet(
        new Heading(
            "surprisal",
            "Surprisal of each token",
            text + " Tokens without colour have no finite surprisal."),
        1,
        panels);
  }

  private static float[] ofTokens(int tokens, float[] bits) {
    float[] values = new float[tokens];
    values[0] = Float.NaN;
    for (int i = 1; i < tokens; i++) {
      values[i] = Float.isFinite(bits[i - 1]) ? bits[i - 1] : Float.NaN;
    }
    return values;
  }
}
