package circuitscope.app.gui.prompt;

import circuitscope.app.gui.tokens.Chip;
import circuitscope.probes.predict.Prediction;
import circuitscope.probes.predict.TextToken;
import circuitscope.probes.predict.TokenAlignment;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.palette.ColourScale;
import circuitscope.viz.palette.Theme;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tokens as they stand in the flow.
 *
 * @param scale of the losses; null where there are none
 * @param largest loss shown, nats
 * @param predicted what is shown coloured; null for tokens as they are typed
 */
record PromptChips(
    List<Chip> chips, @Nullable ColourScale scale, double largest, @Nullable Prediction predicted) {

  /**
   * The prediction's tokens where it is of the text as it stands, else the text's.
   *
   * @param typed tokens of the text; empty where it is no text
   */
  static PromptChips of(List<TextToken> typed, Optional<Prediction> prediction, Theme theme) {
    return prediction
        .filter(one -> typed.isEmpty() || sameText(typed, one))
        .map(one -> coloured(one, theme))
        .orElseGet(
            () ->
                new PromptChips(
                    typed.stream()
                        .map(token -> new Chip(token.label(), id(token), 0, spoken(token)))
                        .toList(),
                    null,
                    0,
                    null));
  }

  private static boolean sameText(List<TextToken> typed, Prediction prediction) {
    List<TextToken> read = prediction.tokens().stream().map(Prediction.Token::token).toList();
    return read.size() <= typed.size() && typed.subList(0, read.size()).equals(read);
  }

  private static PromptChips coloured(Prediction of, Theme theme) {
    List<Prediction.Token> other = of.other() == null ? List.of() : of.other();
    double largest =
        DoubleStream.concat(Prediction.losses(of.tokens()), Prediction.losses(other))
            .max()
            .orElse(1);
    ColourScale scale =
        ColourScale.of(Colours.sequential("").withRange(0, largest), theme, 0, largest);
    List<Chip> chips = new ArrayList<>();
    if (of.pairs() == null) {
      of.tokens().forEach(token -> chips.add(new Chip(List.of(part(token, scale)), spoken(token))));
    } else {
      for (TokenAlignment.Pair pair : of.pairs()) {
        Prediction.Token first = pair.first() == null ? null : of.tokens().get(pair.first());
        Prediction.Token second = pair.second() == null ? null : other.get(pair.second());
        chips.add(
            new Chip(
                List.of(part(first, scale), part(second, scale)),
                Stream.of(first, second)
                    .map(token -> token == null ? "–" : spoken(token))
                    .reduce((a, b) -> a + "   |   " + b)
                    .orElse("")));
      }
    }
    return new PromptChips(chips, scale, largest, of);
  }

  private static Chip.Part part(Prediction.@Nullable Token token, ColourScale scale) {
    if (token == null) {
      return new Chip.Part("", "", 0);
    }
    int colour = token.lossNats() == null ? 0 : scale.colour(token.lossNats());
    return new Chip.Part(token.token().label(), id(token.token()), colour);
  }

  private static String id(TextToken token) {
    return Integer.toString(token.id());
  }

  private static String spoken(Prediction.Token token) {
    String loss =
        token.lossNats() == null ? "" : String.format(Locale.ROOT, ", %.4f nats", token.lossNats());
    String rank = token.rank() == null ? "" : ", rank " + token.rank();
    return spoken(token.token()) + loss + rank;
  }

  /** "3 ␣sat: id 2743, letters 7 to 11". */
  private static String spoken(TextToken token) {
    String place =
        token.start() == null ? "" : ", letters %d to %d".formatted(token.start(), token.end());
    return "%d %s: id %d%s".formatted(token.position(), token.label(), token.id(), place);
  }
}
