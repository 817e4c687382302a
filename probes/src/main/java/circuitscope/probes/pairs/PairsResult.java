package circuitscope.probes.pairs;

import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Table;
import java.util.List;
import java.util.Map;

/**
 * Prompt pairs as labels of tokens.
 *
 * @param dropped reason to how many words or draws were left out for it
 */
public record PairsResult(List<Row> pairs, Map<String, Integer> dropped, TokensRead input)
    implements Result {
  private static final int SHOWN = 24;

  /**
   * One pair.
   *
   * @param position where the answer is predicted
   */
  public record Row(
      List<String> clean,
      List<String> corrupted,
      List<String> answers,
      List<String> wrong,
      int position) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Row row : pairs.subList(0, Math.min(4, pairs.size()))) {
      text.append(
          "clean      %s%ncorrupted  %s%nanswer     %s, not %s%n"
              .formatted(
                  String.join("", row.clean()),
                  String.join("", row.corrupted()),
                  few(row.answers()),
                  few(row.wrong())));
    }
    text.append("%d pairs".formatted(pairs.size()));
    dropped.forEach((reason, count) -> text.append(", left out %d: %s".formatted(count, reason)));
    return text.append(System.lineSeparator()).toString();
  }

  private static String few(List<String> labels) {
    return labels.size() <= 5
        ? String.join(" ", labels)
        : "%s … %s (%d)".formatted(labels.getFirst(), labels.getLast(), labels.size());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Table.Column> columns =
        List.of(
            Table.Column.text("clean"),
            Table.Column.text("corrupted"),
            Table.Column.text("answer"),
            Table.Column.text("wrong"));
    List<List<String>> rows =
        pairs.stream()
            .limit(SHOWN)
            .map(
                row ->
                    List.of(
                        String.join("", row.clean()),
                        String.join("", row.corrupted()),
                        few(row.answers()),
                        few(row.wrong())))
            .toList();
    return List.of(
        new Table(
            new Heading("pairs", "Prompt pairs", "The first ones, as the model reads them."),
            columns,
            rows));
  }
}
