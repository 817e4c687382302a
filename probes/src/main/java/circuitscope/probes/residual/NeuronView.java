package circuitscope.probes.residual;

import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One neuron's view.
 *
 * @param reads tokens whose embeddings excite it most, by the gate's (or only) input weights
 * @param readsLinearly by those of the linear branch; null where the MLP is not gated
 * @param writes tokens whose logits it raises most
 * @param suppresses tokens whose logits it lowers most
 * @param active where in the text it is most active
 * @param shareAbove0 of the tokens of the text
 */
public record NeuronView(
    String neuron,
    List<Scored> reads,
    @Nullable List<Scored> readsLinearly,
    List<Scored> writes,
    List<Scored> suppresses,
    List<Place> active,
    double mean,
    double shareAbove0,
    Histogram histogram,
    TokensRead input)
    implements Result {

  /** A token with its number. */
  public record Scored(String token, int id, double score) {}

  /**
   * An active token.
   *
   * @param before the tokens before it, and {@code after} those behind it
   */
  public record Place(
      int window,
      int position,
      double activation,
      List<String> before,
      String token,
      List<String> after) {}

  /** Equally wide bins from the smallest value to the largest. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Histogram(double from, double to, long[] counts) {}

  static NeuronView of(
      Subject subject,
      String neuron,
      NeuronWeights weights,
      NeuronText text,
      int top,
      TokensRead read) {
    float[] linear = weights.readsLinearly();
    float[] writes = weights.writes();
    return new NeuronView(
        neuron,
        best(subject, weights.reads(), top, 1),
        linear == null ? null : best(subject, linear, top, 1),
        best(subject, writes, top, 1),
        best(subject, writes, top, -1),
        text.mostActive().stream().map(active -> place(subject, active)).toList(),
        text.mean(),
        text.shareAbove0(),
        text.histogram(),
        read);
  }

  private static List<Scored> best(Subject subject, float[] scores, int top, int sign) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(id -> -sign * scores[id]))
        .limit(top)
        .map(id -> new Scored(subject.label(id), id, scores[id]))
        .toList();
  }

  private static Place place(Subject subject, NeuronText.Active active) {
    List<String> labels = Arrays.stream(active.ids()).mapToObj(subject::label).toList();
    int at = active.at();
    return new Place(
        active.window(),
        active.position(),
        active.value(),
        labels.subList(0, at),
        labels.get(at),
        labels.subList(at + 1, labels.size()));
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append("%s reads      %s%n".formatted(neuron, names(reads)));
    if (readsLinearly != null) {
      text.append("%s reads, linear branch: %s%n".formatted(neuron, names(readsLinearly)));
    }
    text.append("%s writes     %s%n".formatted(neuron, names(writes)));
    text.append("%s suppresses %s%n".formatted(neuron, names(suppresses)));
    text.append(
        String.format(
            Locale.ROOT,
            "over %,d tokens: mean %.3f, above 0 at %.1f %%; most active at%n",
            input.tokens(),
            mean,
            100 * shareAbove0));
    for (Place place : active) {
      text.append(
          String.format(
              Locale.ROOT,
              "%8.3f  %s[%s]%s%n",
              place.activation(),
              String.join("", place.before()),
              place.token(),
              String.join("", place.after())));
    }
    return text.toString();
  }

  private static String names(List<Scored> tokens) {
    return tokens.stream()
        .map(token -> String.format(Locale.ROOT, "'%s' %+.2f", token.token(), token.score()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "reads", "embedding as it enters the stream · input weights, gain and centring folded",
        "writes", "output weights · unembedding, gains and centring of norms between folded",
        "activation", "after the non-linearity, times the linear branch where there is one");
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return List.of(words(), places(), bars());
  }

  private Figure words() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < reads.size(); i++) {
      List<String> row = new ArrayList<>();
      for (List<Scored> side : List.of(reads, writes, suppresses)) {
        row.add(side.get(i).token());
        row.add(String.format(Locale.ROOT, "%+.3f", side.get(i).score()));
      }
      rows.add(row);
    }
    List<Table.Column> columns = new ArrayList<>();
    for (String side : List.of("reads", "writes", "suppresses")) {
      columns.add(Table.Column.text(side));
      columns.add(Table.Column.number(""));
    }
    return new Table(
        new Heading(
            "neuron-tokens",
            "Tokens that %s reads and writes".formatted(neuron),
            "Embedding times input weights; output weights times unembedding."),
        columns,
        rows);
  }

  private Figure places() {
    List<List<String>> rows =
        active.stream()
            .map(
                place ->
                    List.of(
                        String.format(Locale.ROOT, "%.3f", place.activation()),
                        String.join("", place.before()),
                        place.token(),
                        String.join("", place.after())))
            .toList();
    return new Table(
        new Heading(
            "neuron-active",
            "Where %s is most active".formatted(neuron),
            "Largest activations in the text, with the tokens around."),
        List.of(
            Table.Column.number("activation"),
            new Table.Column("before", Table.Align.RIGHT),
            Table.Column.text("token"),
            Table.Column.text("after")),
        rows);
  }

  private Figure bars() {
    long[] counts = histogram.counts();
    double width = (histogram.to() - histogram.from()) / counts.length;
    List<String> bins =
        IntStream.range(0, counts.length)
            .mapToObj(i -> String.format(Locale.ROOT, "%.2f", histogram.from() + (i + 0.5) * width))
            .toList();
    return new Bars(
        new Heading(
            "neuron-histogram",
            "Activations of %s".formatted(neuron),
            "How many tokens of the text have an activation of that size."),
        "activation",
        new PlotAxis("tokens", Scaling.log(0.5), null),
        bins,
        List.of(
            new Bars.Group(
                "", Arrays.stream(counts).mapToDouble(n -> n == 0 ? Double.NaN : n).toArray())));
  }
}
