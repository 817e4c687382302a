package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much attention the first positions draw.
 *
 * @param rate by key position: share of (sample, layer, head) with α above ε, on the first kind of
 *     tokens
 * @param alpha0 {@code [layer][head]} mean over samples of the attention that key 0 draws there
 * @param uniformAlpha by key position: what α would be if attention were uniform
 * @param profiles by kind of tokens: natural, random, repeated, as many as were asked for
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record SinkRate(
    double[] rate,
    double[][] alpha0,
    double[] uniformAlpha,
    double epsilon,
    int length,
    List<SinkProfile> profiles,
    Map<String, Object> protocol,
    TokensRead input)
    implements Result {

  static SinkRate of(
      List<SinkProfile> profiles, SinkRateAnalysis.Parameters p, Map<String, Object> protocol) {
    SinkProfile first = profiles.getFirst();
    double[][] alpha0 = new double[first.layers().size()][];
    for (int layer = 0; layer < alpha0.length; layer++) {
      int number = layer;
      alpha0[layer] =
          first.heads().stream()
              .filter(head -> head.head().layer() == number)
              .mapToDouble(head -> head.alpha0().value())
              .toArray();
    }
    return new SinkRate(
        first.positions().stream().mapToDouble(position -> position.rate().value()).toArray(),
        alpha0,
        first.positions().stream().mapToDouble(SinkProfile.Position::uniformAlpha).toArray(),
        p.epsilon(),
        p.length(),
        profiles,
        protocol,
        first.input());
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (SinkProfile profile : profiles) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s, %,d samples of %d tokens:%n",
              profile.input().source(),
              profile.input().windows(),
              length));
      for (SinkProfile.Position position : profile.positions()) {
        text.append(line(position));
      }
      text.append(line(profile.maximum()));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "A sink draws on average more than %.2f of the attention, %.1f x what uniform"
                    + " attention would give key 0.%n",
                epsilon,
                epsilon / uniformAlpha[0]))
        .toString();
  }

  private static String line(SinkProfile.Position position) {
    return String.format(
        Locale.ROOT,
        "  key %d: a sink for %5.1f %% [%.1f, %.1f] of heads; mean attention %.3f, %.2f x"
            + " uniform%n",
        position.key(),
        100 * position.rate().value(),
        100 * position.rate().low(),
        100 * position.rate().high(),
        position.alpha(),
        position.timesUniform());
  }

  private static String line(SinkProfile.MaximumNull maximum) {
    String beside =
        maximum.permutations() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                "; by chance the largest is %.2f x, above %.2f x in 1 %% of draws",
                maximum.median(),
                maximum.p99());
    return String.format(
        Locale.ROOT,
        "  largest head %s: %.2f x uniform%s%n",
        maximum.head(),
        maximum.observed(),
        beside);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return SinkFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    return SinkTables.of(this);
  }
}
