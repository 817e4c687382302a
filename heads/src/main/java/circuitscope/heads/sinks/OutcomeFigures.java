package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Runs under interventions, as bars, as a table and as lines of text. */
final class OutcomeFigures {
  private static final String MEANING = "95 % bootstrap; random: least to most";

  private OutcomeFigures() {}

  static List<Figure> of(List<Outcome> outcomes, double epsilon) {
    List<Outcome> edited = outcomes.subList(1, outcomes.size());
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Bars(
            new Heading(
                "intervention-sink-rate",
                "Sink rate of position 0 under interventions",
                "Share of heads with α above %s; dashed: the untouched run.".formatted(epsilon)),
            "",
            PlotAxis.linear("sink rate of position 0"),
            edited.stream().map(Outcome::name).toList(),
            List.of(group("sink rate", edited, one -> one.sinks().getFirst().rate())),
            Bars.Direction.LYING,
            List.of(
                Guide.atY(outcomes.getFirst().sinks().getFirst().rate().value(), "untouched"))));
    figures.add(
        new Bars(
            new Heading(
                "intervention-loss",
                "Loss under interventions",
                "Change of the loss against the untouched run, on the targets that were left as"
                    + " they were."),
            "",
            PlotAxis.linear("change of loss (nats a token)"),
            edited.stream().map(Outcome::name).toList(),
            List.of(group("change of loss", edited, Outcome::changeNats)),
            Bars.Direction.LYING,
            List.of()));
    return figures;
  }

  static Bars.Group group(String name, List<Outcome> outcomes, Function<Outcome, Estimate> number) {
    List<Estimate> values = outcomes.stream().map(number).toList();
    return new Bars.Group(
        name,
        values.stream().mapToDouble(Estimate::value).toArray(),
        new Interval(
            values.stream().mapToDouble(Estimate::low).toArray(),
            values.stream().mapToDouble(Estimate::high).toArray(),
            MEANING));
  }

  static DataTable table(List<Outcome> outcomes) {
    List<List<Object>> rows = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      add(rows, outcome, "loss_nats", outcome.lossNats());
      add(rows, outcome, "change_nats", outcome.changeNats());
      for (Outcome.Sink sink : outcome.sinks()) {
        add(rows, outcome, "sink_rate_" + sink.key(), sink.rate());
        add(rows, outcome, "times_uniform_" + sink.key(), sink.timesUniform());
      }
      add(rows, outcome, "h_ratio", outcome.h());
      add(rows, outcome, "k_ratio", outcome.k());
      add(rows, outcome, "v_ratio", outcome.v());
      add(rows, outcome, "cos", outcome.cos());
    }
    return new DataTable(
        "interventions", List.of("run", "draws", "number", "value", "low", "high"), rows);
  }

  private static void add(
      List<List<Object>> rows, Outcome outcome, String number, Estimate estimate) {
    rows.add(
        List.of(
            outcome.name(),
            outcome.draws(),
            number,
            estimate.value(),
            estimate.low(),
            estimate.high()));
  }

  static String lines(List<Outcome> outcomes) {
    StringBuilder text = new StringBuilder();
    int width = outcomes.stream().mapToInt(one -> one.name().length()).max().orElse(0);
    for (Outcome outcome : outcomes) {
      text.append(("%-" + width + "s").formatted(outcome.name()));
      for (Outcome.Sink sink : outcome.sinks()) {
        text.append(
            String.format(
                Locale.ROOT,
                "  sink at %d: %5.1f %% (%.2f x uniform)",
                sink.key(),
                100 * sink.rate().value(),
                sink.timesUniform().value()));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "  loss %+.3f [%.3f, %.3f]  |h| %.2f |k| %.2f |v| %.2f cos %.2f%n",
              outcome.changeNats().value(),
              outcome.changeNats().low(),
              outcome.changeNats().high(),
              outcome.h().value(),
              outcome.k().value(),
              outcome.v().value(),
              outcome.cos().value()));
    }
    return text.toString();
  }
}
