package circuitscope.app.gui.page;

import circuitscope.app.session.AnalysisRun;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A finished run, taken apart in its job so that showing it takes no time.
 *
 * @param protocol how it was made, line by line
 * @param document the JSON document of the command line, its end left out when it is very long
 */
public record Outcome(
    AnalysisRun.Finished<?, ?> finished,
    String summary,
    List<Figure> figures,
    List<DataTable> tables,
    List<Entry> protocol,
    String document)
    implements Answered {

  /** One line of the protocol. */
  public record Entry(String name, String value) {}

  private static final int SHOWN_CHARACTERS = 200_000;

  /** What {@link ResultView} shows of a result, wherever it comes from. */
  public record Parts(
      String summary,
      List<Figure> figures,
      List<DataTable> tables,
      List<Entry> protocol,
      String document) {
    public Parts {
      document =
          document.length() <= SHOWN_CHARACTERS
              ? document
              : document.substring(0, SHOWN_CHARACTERS) + Texts.SHARED.get("result.cut");
    }
  }

  /** Takes a run apart; belongs into its job. */
  public static Outcome of(AnalysisRun.Finished<?, ?> finished) {
    Result result = finished.result();
    String document = Json.pretty(result);
    Parts parts =
        new Parts(
            result.summary().strip(),
            result.figures(),
            result.tables(),
            protocol(finished),
            document);
    return new Outcome(
        finished,
        parts.summary(),
        parts.figures(),
        parts.tables(),
        parts.protocol(),
        parts.document());
  }

  public Parts parts() {
    return new Parts(summary, figures, tables, protocol, document);
  }

  @Override
  public List<AnalysisRun.Finished<?, ?>> runs() {
    return List.of(finished);
  }

  /** The command line that repeats it, as one types it into a shell. */
  public String command() {
    return ShellWords.join(finished.run().command(finished.model().choice()));
  }

  private static List<Entry> protocol(AnalysisRun.Finished<?, ?> finished) {
    List<Entry> entries = new ArrayList<>();
    var model = finished.model().model();
    entries.add(new Entry("model", finished.model().choice().model()));
    entries.add(new Entry("family", model.spec().family()));
    entries.add(new Entry("device, dtype", model.device() + ", " + model.precision()));
    entries.add(new Entry("started", finished.started().toString()));
    entries.add(new Entry("seconds", String.format(Locale.ROOT, "%.2f", finished.wallSeconds())));
    TokensRead read = finished.result().tokensRead();
    if (read != null) {
      entries.add(new Entry("tokens from", read.source()));
      entries.add(new Entry("text became tokens", read.policy()));
      entries.add(
          new Entry(
              "read",
              String.format(Locale.ROOT, "%,d tokens in %,d rows", read.tokens(), read.windows())));
      entries.add(new Entry("tokens' digest", read.digest()));
    }
    flatten("", finished.result().protocol(), entries);
    return entries;
  }

  private static void flatten(String prefix, Map<?, ?> map, List<Entry> entries) {
    map.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> inner) {
            flatten(name + ".", inner, entries);
          } else {
            entries.add(new Entry(name, String.valueOf(value)));
          }
        });
  }
}
