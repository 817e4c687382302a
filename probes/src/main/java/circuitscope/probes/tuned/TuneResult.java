package circuitscope.probes.tuned;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A trained lens.
 *
 * @param file where it lies
 * @param stepsPerSecond of this process; the whole of it counts, looks and saved states included
 * @param memoryBytes that training was estimated to need beside the model
 * @param firstNats {@code [layer]} loss on the first step's tokens, before any training
 * @param lastNats {@code [layer]} on the last step's, before that step
 * @param heldOut null when no held-out text was given
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record TuneResult(
    String file,
    int steps,
    long tokensPerStep,
    double seconds,
    double stepsPerSecond,
    long memoryBytes,
    double[] firstNats,
    double[] lastNats,
    @Nullable LensScores heldOut,
    TokensRead input,
    @JsonIgnore Map<String, String> recipe,
    @JsonIgnore List<Point> curve)
    implements Result {

  /** A point of the training curve: losses by layer on the tokens of that step, from 0. */
  public record Point(int step, List<Double> lossNats) {}

  TuneResult(
      TuneRun.Trained trained,
      TuneRecipe recipe,
      long memoryBytes,
      @Nullable LensScores heldOut,
      TokensRead input) {
    this(
        trained.file().toString(),
        recipe.steps(),
        recipe.tokensPerStep(),
        trained.seconds(),
        trained.stepsHere() / trained.seconds(),
        memoryBytes,
        trained.curve().getFirst().lossNats(),
        trained.curve().getLast().lossNats(),
        heldOut,
        input,
        recipe.described(),
        trained.curve().stream()
            .map(
                point ->
                    new Point(
                        point.step(), java.util.Arrays.stream(point.lossNats()).boxed().toList()))
            .toList());
  }

  @Override
  public String summary() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s%n%,d steps of %,d tokens, %.2f steps a second%nlayer  first loss   last (nats,"
                    + " on the text of training)%n",
                file,
                steps,
                tokensPerStep,
                stepsPerSecond));
    for (int layer = 0; layer < firstNats.length; layer++) {
      text.append(
          String.format(
              Locale.ROOT, "%5d %11.4f %6.4f%n", layer, firstNats[layer], lastNats[layer]));
    }
    LensScores scores = heldOut;
    text.append(
        scores == null
            ? "judge it on held-out text with 'residual tuned --tuned %s'%n".formatted(file)
            : "on held-out text:\n" + scores.summary());
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>(TunedAnalysis.protocolOf());
    protocol.putAll(recipe);
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    double[] steps = curve.stream().mapToDouble(Point::step).toArray();
    List<Curves.Series> series = new ArrayList<>();
    for (int l = 0; l < firstNats.length; l++) {
      int layer = l;
      double[] losses = curve.stream().mapToDouble(point -> point.lossNats().get(layer)).toArray();
      series.add(new Curves.Series("layer " + layer, steps, losses));
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Curves(
            new Heading(
                "tuning",
                "Loss of the tuned lens while it is trained",
                "Loss of each layer's reading on the tokens of a step, before that step."),
            PlotAxis.linear("step"),
            PlotAxis.linear("loss (nats)"),
            series));
    if (heldOut != null) {
      figures.addAll(heldOut.figures());
    }
    return figures;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Point point : curve) {
      for (int layer = 0; layer < point.lossNats().size(); layer++) {
        rows.add(List.of(point.step(), layer, point.lossNats().get(layer)));
      }
    }
    List<DataTable> tables = new ArrayList<>();
    tables.add(new DataTable("tuning", List.of("step", "layer", "loss_nats"), rows));
    if (heldOut != null) {
      tables.addAll(heldOut.tables());
    }
    return tables;
  }
}
