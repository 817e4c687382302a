package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The surprisal of each token of a text, as three models see it. */
public record TokensResult(
    String mask, long active, long total, List<Token> tokens, TokensRead input) implements Result {

  /**
   * A token and how surprising it was after those before it.
   *
   * @param fullBits of the full model; null where it is not finite, and for the first token
   * @param subnetworkBits of the subnetwork, likewise
   * @param bigramBits of the bigram table; null also where it never saw the pair
   */
  public record Token(
      int id,
      String token,
      @Nullable Double fullBits,
      @Nullable Double subnetworkBits,
      @Nullable Double bigramBits) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%-16s %10s %12s %10s%n", "token", "full", "subnetwork", "bigram"));
    for (Token token : tokens) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-16s %10s %12s %10s%n",
              token.token(),
              shown(token.fullBits()),
              shown(token.subnetworkBits()),
              shown(token.bigramBits())));
    }
    return text.toString();
  }

  private static String shown(@Nullable Double bits) {
    return bits == null ? "-" : String.format(Locale.ROOT, "%.2f", bits);
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "surprisal",
        "-log2 P(token | those before it), softmax over all of the model's rows",
        "tokens",
        input.policy());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    Map<String, float[]> strips = new LinkedHashMap<>();
    strips.put("full model", bits(Token::fullBits));
    strips.put("subnetwork", bits(Token::subnetworkBits));
    strips.put("bigram table", bits(Token::bigramBits));
    List<String> labels = tokens.stream().map(Token::token).toList();
    return List.of(SurprisalStrips.sheet("As three models see it.", labels, strips));
  }

  private float[] bits(Function<Token, @Nullable Double> of) {
    float[] bits = new float[tokens.size() - 1];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Objects.requireNonNullElse(of.apply(tokens.get(i + 1)), Double.NaN).floatValue();
    }
    return bits;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      rows.add(
          List.of(
              i,
              token.id(),
              token.token(),
              Objects.requireNonNullElse(token.fullBits(), Double.NaN),
              Objects.requireNonNullElse(token.subnetworkBits(), Double.NaN),
              Objects.requireNonNullElse(token.bigramBits(), Double.NaN)));
    }
    return List.of(
        new DataTable(
            "tokens",
            List.of("position", "id", "token", "full_bits", "subnetwork_bits", "bigram_bits"),
            rows));
  }
}
