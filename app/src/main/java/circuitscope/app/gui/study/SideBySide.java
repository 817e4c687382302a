package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Outcome;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Outcomes of one question to several models as one: each figure a sheet of theirs. */
final class SideBySide {
  private static final int MOST_PANELS = 26;

  private final List<String> names;
  private final List<Outcome> outcomes;

  private SideBySide(List<String> names, List<Outcome> outcomes) {
    this.names = names;
    this.outcomes = outcomes;
  }

  /** One outcome stays as it is. */
  static Outcome of(List<String> names, List<Outcome> outcomes) {
    return outcomes.size() == 1 ? outcomes.getFirst() : new SideBySide(names, outcomes).joined();
  }

  private Outcome joined() {
    List<Outcome.Entry> protocol = new ArrayList<>();
    List<String> summaries = new ArrayList<>();
    List<String> documents = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      outcomes
          .get(i)
          .protocol()
          .forEach(
              entry -> protocol.add(new Outcome.Entry(name + " · " + entry.name(), entry.value())));
      summaries.add(name + "\n" + outcomes.get(i).summary());
      documents.add(outcomes.get(i).document());
    }
    return new Outcome(
        outcomes.getFirst().finished(),
        String.join("\n\n", summaries),
        figures(),
        tables(),
        protocol,
        "[" + String.join(",\n", documents) + "]");
  }

  private List<Figure> figures() {
    int count = outcomes.stream().mapToInt(one -> one.figures().size()).min().orElse(0);
    List<Figure> sheets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      List<List<Figure>> panels =
          outcomes.stream().map(one -> panels(one.figures().get(index))).toList();
      sheets.addAll(sheets(outcomes.getFirst().figures().get(index), panels));
    }
    return sheets;
  }

  private static List<Figure> panels(Figure figure) {
    return figure instanceof Sheet sheet ? sheet.panels() : List.of(figure);
  }

  /** Panel by panel, the models beside each other; more than fit one sheet give several. */
  private List<Figure> sheets(Figure first, List<List<Figure>> panels) {
    int rows = panels.stream().mapToInt(List::size).min().orElse(0);
    int together = Math.max(1, MOST_PANELS / names.size());
    List<Figure> sheets = new ArrayList<>();
    for (int from = 0; from < rows; from += together) {
      List<Figure> shown = new ArrayList<>();
      for (int row = from; row < Math.min(rows, from + together); row++) {
        int at = row;
        shown.addAll(row(panels.stream().map(own -> own.get(at)).toList(), rows == 1));
      }
      String number = from == 0 ? "" : "-" + (from / together + 1);
      Heading heading =
          new Heading(first.id() + "-beside" + number, first.title(), first.caption());
      sheets.add(new Sheet(heading, Math.min(2, names.size()), shown));
    }
    return sheets;
  }

  /** Where the sheet has but one row, its title may say what the panels show. */
  private List<Figure> row(List<Figure> figures, boolean alone) {
    List<Figure> scaled = SameScale.of(figures);
    boolean same = alone && figures.stream().map(Figure::title).distinct().count() == 1;
    List<Figure> named = new ArrayList<>();
    for (int i = 0; i < scaled.size(); i++) {
      Figure figure = scaled.get(i);
      String name = names.get(i);
      String id = figure.id() + "-" + name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
      String title = same ? name : name + ": " + figure.title();
      named.add(SameScale.headed(figure, new Heading(id, title, figure.caption())));
    }
    return named;
  }

  /** Each table once, its first column the model. */
  private List<DataTable> tables() {
    List<DataTable> joined = new ArrayList<>();
    for (int index = 0; index < outcomes.getFirst().tables().size(); index++) {
      DataTable first = outcomes.getFirst().tables().get(index);
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        String name = names.get(i);
        outcomes.get(i).tables().stream()
            .filter(table -> table.name().equals(first.name()))
            .filter(table -> table.columns().equals(first.columns()))
            .flatMap(table -> table.rows().stream())
            .forEach(row -> rows.add(prepended(name, row)));
      }
      joined.add(
          new DataTable(
              first.name(),
              Stream.concat(Stream.of("model"), first.columns().stream()).toList(),
              rows));
    }
    return joined;
  }

  private static List<Object> prepended(String name, List<Object> row) {
    List<Object> longer = new ArrayList<>(List.of(name));
    longer.addAll(row);
    return longer;
  }
}
