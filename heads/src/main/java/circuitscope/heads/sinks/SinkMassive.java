package circuitscope.heads.sinks;

import circuitscope.heads.sinks.Magnitudes.Entry;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The largest values of the residual stream and what becomes of the model without them.
 *
 * @param states the embedding, then each layer's output, before any final norm
 * @param massive whether Sun et al.'s definition is met by half of the samples at some layer
 * @param layer after which the values were changed; −1 is the embedding
 * @param ratio magnitude over the state's median from which a value was changed
 * @param dimensions on which they stand
 * @param outcomes the untouched run first
 */
public record SinkMassive(
    List<State> states,
    boolean massive,
    int layer,
    double ratio,
    List<Dimension> dimensions,
    List<Outcome> outcomes,
    Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore double epsilon)
    implements Result {
  private static final List<String> RANKS = List.of("largest", "second", "third");
  private static final int TOKENS = 5;

  /**
   * One state of the stream; means over samples.
   *
   * @param layer −1 for the embedding
   * @param top the three largest magnitudes
   * @param ratio of the largest to the median, mean over samples
   * @param massiveShare share of samples in which the largest meets Sun et al.'s definition
   */
  public record State(
      int layer, List<Estimate> top, double median, Estimate ratio, double massiveShare) {}

  /**
   * One dimension with values that stand out.
   *
   * @param samples share of samples in which it has some
   * @param values how many there are in all samples
   * @param meanFirst their mean at position 0; null when there are none there
   * @param meanElsewhere their mean at other positions; null when there are none
   * @param firstPositionShare share of the values that stand at position 0
   * @param tokens the commonest tokens there, with counts
   */
  public record Dimension(
      int dimension,
      double samples,
      int values,
      @Nullable Double meanFirst,
      @Nullable Double meanElsewhere,
      double firstPositionShare,
      List<TokenCount> tokens) {}

  /** How often a token carried such a value. */
  public record TokenCount(String token, long count) {}

  static SinkMassive of(
      List<List<Magnitudes.State>> states,
      MassiveEntries found,
      List<Outcome> outcomes,
      SampleTokens samples,
      Subject subject,
      SinkMassiveAnalysis.Parameters p) {
    return new SinkMassive(
        IntStream.range(0, states.size())
            .mapToObj(state -> state(state - 1, states.get(state), p.seed()))
            .toList(),
        found.defined(),
        found.state() - 1,
        found.ratio(),
        found.dimensions().stream()
            .map(dimension -> dimension(dimension, found, samples, subject))
            .toList(),
        outcomes,
        Map.of(
            "name", "sun-massive-activations/1",
            "definition", "magnitude > 100 and >= 1000 x the median of its state",
            "layer",
                "the first where half of the samples meet it, or whose ratio is half the largest",
            "changed", "at most the %d largest values a sample".formatted(Magnitudes.KEPT),
            "mean", "over these samples, position 0 and other positions apart",
            "intervals", "95 % bootstrap over samples; random controls: least to most of draws",
            "draws", p.draws(),
            "seed", p.seed()),
        samples.read(),
        p.epsilon());
  }

  private static State state(int layer, List<Magnitudes.State> samples, long seed) {
    int kept = Math.min(RANKS.size(), samples.getFirst().largest().size());
    List<Estimate> top =
        IntStream.range(0, kept)
            .mapToObj(i -> mean(samples, one -> one.largest().get(i).magnitude(), seed))
            .toList();
    return new State(
        layer,
        top,
        samples.stream().mapToDouble(Magnitudes.State::median).average().orElse(Double.NaN),
        mean(samples, Magnitudes.State::ratio, seed),
        MassiveEntries.massiveShare(samples));
  }

  private static Estimate mean(
      List<Magnitudes.State> samples, ToDoubleFunction<Magnitudes.State> number, long seed) {
    return Estimate.mean(samples.stream().mapToDouble(number).toArray(), seed);
  }

  private static Dimension dimension(
      int dimension, MassiveEntries found, SampleTokens samples, Subject subject) {
    List<Entry> entries = found.on(dimension);
    long first = entries.stream().filter(entry -> entry.position() == 0).count();
    List<TokenCount> tokens =
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> subject.label(samples.rows()[entry.sample()][entry.position()]),
                    Collectors.counting()))
            .entrySet()
            .stream()
            .map(counted -> new TokenCount(counted.getKey(), counted.getValue()))
            .sorted(
                Comparator.comparingLong((TokenCount one) -> -one.count())
                    .thenComparing(TokenCount::token))
            .limit(TOKENS)
            .toList();
    return new Dimension(
        dimension,
        entries.stream().mapToInt(Entry::sample).distinct().count()
            / (double) samples.rows().length,
        entries.size(),
        first == 0 ? null : found.mean(dimension, true),
        first == entries.size() ? null : found.mean(dimension, false),
        first / (double) entries.size(),
        tokens);
  }

  @Override
  public String summary() {
    StringBuilder text =
        new StringBuilder("after      largest   2nd       3rd       median   ratio\n");
    for (State state : states) {
      text.append("%-10s".formatted(name(state.layer())));
      for (Estimate one : state.top()) {
        text.append(String.format(Locale.ROOT, " %-9.2f", one.value()));
      }
      text.append(
          String.format(Locale.ROOT, " %-8.4f %.0f%n", state.median(), state.ratio().value()));
    }
    text.append(
        massive
            ? "Massive activations by Sun et al.'s definition, first after " + name(layer) + ":\n"
            : "None is massive by Sun et al.'s definition (above 100 and 1,000 x the median). The"
                + " largest appear after "
                + name(layer)
                + ":\n");
    for (Dimension one : dimensions) {
      text.append(
          String.format(
              Locale.ROOT,
              "  dimension %d in %.0f %% of samples, %.0f %% of them at position 0; tokens %s%n",
              one.dimension(),
              100 * one.samples(),
              100 * one.firstPositionShare(),
              one.tokens().stream()
                  .map(token -> token.token() + " (" + token.count() + ")")
                  .collect(Collectors.joining(", "))));
    }
    return text.append(OutcomeFigures.lines(outcomes)).toString();
  }

  private static String name(int layer) {
    return layer < 0 ? "embedding" : "layer " + layer;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    double[] x = IntStream.range(0, states.size()).asDoubleStream().toArray();
    List<Curves.Series> series = new ArrayList<>();
    for (int i = 0; i < states.getFirst().top().size(); i++) {
      int rank = i;
      List<Estimate> values = states.stream().map(state -> state.top().get(rank)).toList();
      series.add(
          new Curves.Series(
              RANKS.get(i),
              x,
              values.stream().mapToDouble(Estimate::value).toArray(),
              new Interval(
                  values.stream().mapToDouble(Estimate::low).toArray(),
                  values.stream().mapToDouble(Estimate::high).toArray(),
                  SinkFigures.BOOTSTRAP)));
    }
    series.add(
        new Curves.Series("median", x, states.stream().mapToDouble(State::median).toArray()));
    series.add(
        new Curves.Series(
            "massive: above this",
            x,
            states.stream()
                .mapToDouble(
                    state ->
                        Math.max(MassiveEntries.MAGNITUDE, MassiveEntries.RATIO * state.median()))
                .toArray()));
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Curves(
            new Heading(
                "massive-activations",
                "The largest values of the residual stream",
                "Magnitudes after each layer (0: the embedding), mean over samples, with the bound"
                    + " of Sun et al.'s definition: 100 and 1,000 x the median."),
            PlotAxis.linear("after layer"),
            PlotAxis.log("|x|", 1e-4),
            series));
    figures.addAll(OutcomeFigures.of(outcomes, epsilon));
    return figures;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (State state : states) {
      for (int i = 0; i < state.top().size(); i++) {
        Estimate one = state.top().get(i);
        rows.add(List.of(state.layer(), i + 1, one.value(), one.low(), one.high(), state.median()));
      }
    }
    return List.of(
        new DataTable(
            "massive-activations",
            List.of("layer", "rank", "magnitude", "low", "high", "median"),
            rows),
        OutcomeFigures.table(outcomes));
  }
}
