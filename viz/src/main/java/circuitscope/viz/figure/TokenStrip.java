package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;

/**
 * Running text, each token on the colour of its value; lines wrap between tokens.
 *
 * @param tokens labels with visible spaces and line ends
 * @param values one a token; NaN for a token without a value (the first has no loss, say)
 */
public record TokenStrip(Heading heading, List<String> tokens, float[] values, Colours colours)
    implements Figure {

  public TokenStrip {
    tokens = List.copyOf(tokens);
    Check.notEmpty(heading, "tokens", tokens.size());
    Check.sameLength(heading, "tokens", tokens.size(), "values", values.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenStrip that
        && heading.equals(that.heading)
        && tokens.equals(that.tokens)
        && Arrays.equals(values, that.values)
        && colours.equals(that.colours);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * heading.hashCode() + tokens.hashCode()) + Arrays.hashCode(values);
  }
}
