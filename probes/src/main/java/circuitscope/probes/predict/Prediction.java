package circuitscope.probes.predict;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A text as its model reads it.
 *
 * @param lossNats mean over the tokens but the first
 * @param otherLossNats of the other text; null without one
 * @param other the other text's tokens, likewise
 * @param pairs which tokens of the two stand against each other; null without another text
 */
public record Prediction(
    double lossNats,
    @Nullable Double otherLossNats,
    List<Token> tokens,
    @Nullable List<Token> other,
    @Nullable List<TokenAlignment.Pair> pairs,
    TokensRead input)
    implements Result {

  /**
   * A token, and what the model says about it and after it.
   *
   * @param lossNats −ln P(token | those before it); null for the first
   * @param rank of the token among those expected in its place, from 1; null where it is not among
   *     those kept
   * @param next what is expected after it, the most likely first
   */
  public record Token(
      TextToken token, @Nullable Double lossNats, @Nullable Integer rank, List<Candidate> next) {}

  /** A token that may follow. */
  public record Candidate(int id, String label, double probability) {}

  /** The losses of the tokens that have one. */
  public static DoubleStream losses(List<Token> tokens) {
    return tokens.stream()
        .mapToDouble(token -> token.lossNats() == null ? Double.NaN : token.lossNats())
        .filter(loss -> !Double.isNaN(loss));
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    add(text, tokens, lossNats);
    if (other != null && otherLossNats != null) {
      text.append('\n');
      add(text, other, otherLossNats);
    }
    return text.toString();
  }

  private static void add(StringBuilder text, List<Token> tokens, double mean) {
    for (Token token : tokens) {
      TextToken one = token.token();
      text.append(
          String.format(
              Locale.ROOT,
              "%4d %6d %-16s %8s   then %s%n",
              one.position(),
              one.id(),
              one.label(),
              token.lossNats() == null ? "" : "%.3f".formatted(token.lossNats()),
              token.next().stream()
                  .limit(3)
                  .map(next -> "%s %.3f".formatted(next.label(), next.probability()))
                  .collect(Collectors.joining(", "))));
    }
    text.append(String.format(Locale.ROOT, "%.4f nats a token%n", mean));
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "loss", "-ln P(token | those before it), the first token not scored",
        "tokens", input.policy(),
        "aligned", "longest common subsequence of ids");
  }

  @Override
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    figures.add(strip("token-loss", "Loss of each token", tokens));
    if (other != null) {
      figures.add(strip("token-loss-other", "Loss of each token of the other text", other));
    }
    return figures;
  }

  private static Figure strip(String id, String title, List<Token> tokens) {
    float[] values = new float[tokens.size()];
    for (int i = 0; i < values.length; i++) {
      Double loss = tokens.get(i).lossNats();
      values[i] = loss == null ? Float.NaN : loss.floatValue();
    }
    return new TokenStrip(
        new Heading(
            id, title, "Each token is coloured by how surprising it was, given those before it."),
        tokens.stream().map(token -> token.token().label()).toList(),
        values,
        Colours.sequential("loss (nats)"));
  }

  @Override
  public List<DataTable> tables() {
    List<DataTable> tables = new ArrayList<>();
    tables.add(table("tokens", tokens));
    if (other != null) {
      tables.add(table("tokens-other", other));
    }
    return tables;
  }

  private static DataTable table(String name, List<Token> tokens) {
    List<List<Object>> rows = new ArrayList<>();
    for (Token token : tokens) {
      TextToken one = token.token();
      Candidate best = token.next().getFirst();
      rows.add(
          List.of(
              one.position(),
              one.id(),
              one.label(),
              one.start() == null ? "" : one.start(),
              one.end() == null ? "" : one.end(),
              token.lossNats() == null ? "" : token.lossNats(),
              token.rank() == null ? "" : token.rank(),
              best.label(),
              best.probability()));
    }
    return new DataTable(
        name,
        List.of(
            "position", "id", "token", "start", "end", "loss_nats", "rank", "next", "probability"),
        rows);
  }
}
