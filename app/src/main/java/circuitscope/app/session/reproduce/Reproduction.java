package circuitscope.app.session.reproduce;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Expected numbers beside those found.
 *
 * @param missing runs that were left out, with what they lack
 */
public record Reproduction(
    String table, String source, String caution, List<Line> lines, List<String> missing)
    implements Result {

  /** How one number stands. */
  public enum Verdict {
    HOLDS,
    FAILS
  }

  /**
   * One number.
   *
   * @param expected with its tolerance, in words
   */
  public record Line(
      String run,
      String model,
      String claim,
      String value,
      String expected,
      Verdict verdict,
      String source) {}

  /** Whether every number that could be found is as expected, and there is one. */
  public boolean holds() {
    return !lines.isEmpty() && lines.stream().allMatch(line -> line.verdict() == Verdict.HOLDS);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder("%s: %s%n".formatted(table, source));
    int claims = lines.stream().mapToInt(line -> line.claim().length()).max().orElse(0);
    String row = "%-" + Math.max(5, claims) + "s  %-12s %-28s %s%n";
    String run = "";
    for (Line line : lines) {
      if (!line.run().equals(run)) {
        run = line.run();
        text.append("%s (%s)%n".formatted(run, line.model()));
        text.append(String.format(Locale.ROOT, row, "", "value", "expected", ""));
      }
      text.append(
          String.format(
              Locale.ROOT,
              row,
              line.claim(),
              line.value(),
              line.expected(),
              line.verdict().toString().toLowerCase(Locale.ROOT)));
    }
    missing.forEach(one -> text.append("left out: ").append(one).append('\n'));
    long held = lines.stream().filter(line -> line.verdict() == Verdict.HOLDS).count();
    text.append("%d of %d hold%n".formatted(held, lines.size()));
    return text + (caution.isEmpty() ? "" : caution + "\n");
  }

  @Override
  public List<Figure> figures() {
    if (lines.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Table(
            new Heading(table, "Expected and found", source + ". " + caution),
            List.of(
                Table.Column.text("run"),
                Table.Column.text("number"),
                Table.Column.text("value"),
                Table.Column.text("expected"),
                Table.Column.text("verdict")),
            lines.stream()
                .map(
                    line ->
                        List.of(
                            line.run(),
                            line.claim(),
                            line.value(),
                            line.expected(),
                            line.verdict().toString().toLowerCase(Locale.ROOT)))
                .toList()));
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Line line : lines) {
      rows.add(
          List.of(
              line.run(),
              line.model(),
              line.claim(),
              line.value(),
              line.expected(),
              line.verdict().toString().toLowerCase(Locale.ROOT),
              line.source()));
    }
    return List.of(
        new DataTable(
            table,
            List.of("run", "model", "claim", "value", "expected", "verdict", "source"),
            rows));
  }
}
