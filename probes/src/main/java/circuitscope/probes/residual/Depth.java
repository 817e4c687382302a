package circuitscope.probes.residual;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.residual.DepthTokens.Token;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.RankCorrelation;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Depths over a text. States count from the embedding, 0, to the last layer's output, {@code
 * layers}; intervals are over windows.
 *
 * @param depth mean over tokens, in layers
 * @param klDepth mean of the softer form
 * @param agreement by state, share of tokens whose most likely one is the final one
 * @param klNats by state, mean KL(final ‖ state)
 * @param mostFrequent share of tokens whose final answer is the text's most frequent token
 * @param layersSaved layers after the first state that agrees at least so often
 * @param surprisalDeciles depth by surprisal of the next token under the whole model
 * @param positions depth by position
 * @param spearman of depth and surprisal
 * @param spearmanNull 95th percentile of |ρ| when depths are dealt out anew among all tokens
 */
public record Depth(
    int layers,
    Estimate depth,
    Estimate klDepth,
    double tauNats,
    List<Estimate> agreement,
    List<Estimate> klNats,
    Estimate mostFrequent,
    Map<String, Integer> layersSaved,
    List<Bin> surprisalDeciles,
    List<Bin> positions,
    Estimate spearman,
    double spearmanNull,
    long tokens,
    int windows,
    MemoryBudget budget,
    TokensRead input,
    @JsonIgnore List<String> firstTokens,
    @JsonIgnore List<Token> first)
    implements Result {
  private static final int DRAWS = 200;
  private static final int DECILES = 10;
  private static final int STRIP = 96;

  /**
   * Tokens of a like kind.
   *
   * @param from smallest surprisal in bits, or position
   * @param to largest
   */
  public record Bin(double from, double to, int tokens, Estimate depth) {}

  static Depth of(
      Subject subject,
      DepthTokens tokens,
      DepthAnalysis.Parameters p,
      MemoryBudget budget,
      TokensRead read) {
    List<Token> all = tokens.all();
    long seed = p.seed();
    int frequent = tokens.mostFrequent();
    List<Estimate> agreement = new ArrayList<>();
    List<Estimate> kl = new ArrayList<>();
    for (int i = 0; i <= tokens.layers(); i++) {
      int state = i;
      agreement.add(tokens.mean(all, seed, token -> token.agrees()[state] ? 1 : 0));
      kl.add(tokens.mean(all, seed, token -> token.klNats()[state]));
    }
    double[] depths = RankCorrelation.ranks(all.stream().mapToDouble(Token::depth).toArray());
    double[] surprisals =
        RankCorrelation.ranks(all.stream().mapToDouble(Token::surprisalBits).toArray());
    List<Token> first = all.stream().filter(token -> token.window() == 0).limit(STRIP).toList();
    return new Depth(
        tokens.layers(),
        tokens.mean(all, seed, Token::depth),
        tokens.mean(all, seed, Token::klDepth),
        p.tau(),
        agreement,
        kl,
        tokens.mean(all, seed, token -> token.finalId() == frequent ? 1 : 0),
        new TreeMap<>(Map.of("0.5", saved(agreement, 0.5), "0.9", saved(agreement, 0.9))),
        deciles(tokens, seed),
        positions(tokens, seed),
        tokens.correlation(depths, surprisals, seed),
        permuted(depths, surprisals, seed),
        all.size(),
        tokens.windows(),
        budget,
        read,
        first.stream().map(token -> subject.label(token.id())).toList(),
        first);
  }

  private static int saved(List<Estimate> agreement, double wanted) {
    int state = 0;
    while (agreement.get(state).value() < wanted) {
      state++;
    }
    return agreement.size() - 1 - state;
  }

  private static List<Bin> deciles(DepthTokens tokens, long seed) {
    List<Token> sorted = new ArrayList<>(tokens.all());
    sorted.sort(Comparator.comparingDouble(Token::surprisalBits));
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < DECILES; i++) {
      List<Token> some =
          sorted.subList(i * sorted.size() / DECILES, (i + 1) * sorted.size() / DECILES);
      if (!some.isEmpty()) {
        bins.add(
            new Bin(
                some.getFirst().surprisalBits(),
                some.getLast().surprisalBits(),
                some.size(),
                tokens.mean(some, seed, Token::depth)));
      }
    }
    return bins;
  }

  /** 0, 1, 2 to 3, 4 to 7, … */
  private static List<Bin> positions(DepthTokens tokens, long seed) {
    List<Bin> bins = new ArrayList<>();
    int last = tokens.all().stream().mapToInt(Token::position).max().orElse(0);
    for (int from = 0; from <= last; from = Math.max(1, 2 * from)) {
      int low = from;
      int high = Math.min(last, Math.max(0, 2 * from - 1));
      List<Token> some =
          tokens.all().stream()
              .filter(token -> token.position() >= low && token.position() <= high)
              .toList();
      bins.add(new Bin(low, high, some.size(), tokens.mean(some, seed, Token::depth)));
    }
    return bins;
  }

  private static double permuted(double[] x, double[] y, long seed) {
    Random random = new Random(seed);
    List<Integer> order = new ArrayList<>(IntStream.range(0, x.length).boxed().toList());
    double[] found = new double[DRAWS];
    for (int draw = 0; draw < DRAWS; draw++) {
      Collections.shuffle(order, random);
      double[] dealt = order.stream().mapToDouble(i -> x[i]).toArray();
      found[draw] = Math.abs(RankCorrelation.pearson(dealt, y));
    }
    Arrays.sort(found);
    return found[(int) Math.ceil(0.95 * DRAWS) - 1];
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        "settled after %s of %d layers (KL below %s: %s)%n"
            .formatted(shown(depth), layers, tauNats, shown(klDepth)));
    for (int state = 0; state <= layers; state++) {
      text.append(
          "%-10s agrees with the end %s, KL %s nats%n"
              .formatted(
                  state == 0 ? "embedding" : "layer " + (state - 1),
                  shown(agreement.get(state)),
                  shown(klNats.get(state))));
    }
    text.append("most frequent token alone: agrees %s%n".formatted(shown(mostFrequent)));
    return text.append(
            "depth and surprisal: Spearman %s, null at most %.3f; %,d tokens in %d windows%n"
                .formatted(shown(spearman), spearmanNull, tokens, windows))
        .toString();
  }

  private static String shown(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.3f [%.3f, %.3f]", estimate.value(), estimate.low(), estimate.high());
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "lens", "logit lens, lens norm: statistics of each state's own",
        "depth", "first state from which the most likely token is the final one, to the end",
        "embedding-only baseline", "agreement at state 0",
        "intervals", "95 % percentile bootstrap over windows; ranks are taken over all tokens",
        "null", "depths dealt out anew among all tokens, %d times".formatted(DRAWS));
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return new DepthFigures(this).all();
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      Token token = first.get(i);
      rows.add(
          List.of(
              token.position(),
              firstTokens.get(i),
              token.depth(),
              token.klDepth(),
              token.surprisalBits()));
    }
    List<String> columns = List.of("position", "token", "depth", "kl_depth", "surprisal_bits");
    return List.of(new DataTable("depth-first-window", columns, rows));
  }
}
