package circuitscope.subnetworks.compose;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A composition in pictures: loss and r by step, what was added, and the tokens of a text. */
final class ComposeFigures {
  private static final double LN_2 = Math.log(2);
  private static final String BOOTSTRAP = "95 % bootstrap interval";

  private ComposeFigures() {}

  static List<Figure> of(ComposeResult result) {
    List<ComposeResult.Step> steps = result.steps();
    List<Figure> figures = new ArrayList<>();
    if (steps.size() > 1) {
      String caption =
          "Given back, in this order: "
              + steps.stream()
                  .skip(1)
                  .map(ComposeResult.Step::unit)
                  .collect(Collectors.joining(", "))
              + ".";
      figures.add(
          new Curves(
              new Heading("compose-loss", "Loss as units are given back", caption),
              PlotAxis.linear("units given back"),
              PlotAxis.linear("loss (nats a token)"),
              List.of(series("subnetwork", steps, ComposeResult.Step::lossNats)),
              List.of(Guide.atY(result.fullLossNats().value(), "full model"))));
      figures.add(
          new Curves(
              new Heading("compose-r", "How like bigrams as units are given back", caption),
              PlotAxis.linear("units given back"),
              PlotAxis.linear("Pearson's r with bigram surprisals"),
              correlations(steps),
              List.of(Guide.atY(result.fullPearsonClamp().value(), "full model, clamped"))));
    }
    figures.add(table(steps));
    if (steps.size() > 1) {
      figures.add(strip(result));
    }
    return figures;
  }

  /** Without infinite surprisals the two variants are one. */
  private static List<Curves.Series> correlations(List<ComposeResult.Step> steps) {
    boolean same = steps.stream().allMatch(step -> step.pearsonClamp().equals(step.pearsonDrop()));
    return same
        ? List.of(series("both variants", steps, ComposeResult.Step::pearsonClamp))
        : List.of(
            series("clamped", steps, ComposeResult.Step::pearsonClamp),
            series("infinite surprisals dropped", steps, ComposeResult.Step::pearsonDrop));
  }

  private static Curves.Series series(
      String name, List<ComposeResult.Step> steps, Function<ComposeResult.Step, Estimate> of) {
    List<Estimate> values = steps.stream().map(of).toList();
    return new Curves.Series(
        name,
        steps.stream().mapToDouble(ComposeResult.Step::step).toArray(),
        values.stream().mapToDouble(Estimate::value).toArray(),
        new Interval(
            values.stream().mapToDouble(Estimate::low).toArray(),
            values.stream().mapToDouble(Estimate::high).toArray(),
            BOOTSTRAP));
  }

  private static Table table(List<ComposeResult.Step> steps) {
    List<List<String>> rows = new ArrayList<>();
    for (ComposeResult.Step step : steps) {
      Estimate change = step.changeNats();
      TokenChanges tokens = step.tokens();
      rows.add(
          List.of(
              step.label(),
              String.format(Locale.ROOT, "%,d", step.active()),
              String.format(Locale.ROOT, "%.4f", step.lossNats().value()),
              change == null ? "" : String.format(Locale.ROOT, "%+.4f", change.value()),
              String.format(Locale.ROOT, "%.4f", step.pearsonClamp().value()),
              tokens == null ? "" : shown(tokens.helped()),
              tokens == null ? "" : shown(tokens.hurt())));
    }
    return new Table(
        new Heading(
            "compose-steps",
            "What each unit brought",
            "Tokens that became easier or harder to predict, most in sum first."),
        List.of(
            Table.Column.text("unit"),
            Table.Column.number("active"),
            Table.Column.number("loss, nats"),
            Table.Column.number("change"),
            Table.Column.number("r"),
            Table.Column.text("helped"),
            Table.Column.text("hurt")),
        rows);
  }

  private static String shown(List<TokenChanges.Token> tokens) {
    return tokens.stream().limit(4).map(TokenChanges.Token::token).collect(Collectors.joining(" "));
  }

  private static TokenStrip strip(ComposeResult result) {
    List<String> labels = result.labels();
    float[] first = result.firstBits().getFirst();
    float[] last = result.firstBits().getLast();
    float[] change = new float[labels.size()];
    change[0] = Float.NaN;
    for (int i = 1; i < change.length; i++) {
      float nats = (float) ((last[i - 1] - first[i - 1]) * LN_2);
      change[i] = Float.isFinite(nats) ? nats : Float.NaN;
    }
    return new TokenStrip(
        new Heading(
            "compose-tokens",
            "Change of each token's loss, from the start to the last step",
            "The first judged sequence; red tokens became easier to predict, blue ones harder."),
        labels,
        change,
        Colours.signed("change of the loss (nats)"));
  }
}
