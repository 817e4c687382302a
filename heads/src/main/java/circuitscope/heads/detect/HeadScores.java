package circuitscope.heads.detect;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every head's scores under one protocol.
 *
 * @param heads in the order of layers and heads
 */
public record HeadScores(
    List<Head> heads,
    Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore int layers,
    @JsonIgnore int headsOfLayer)
    implements Result {

  /** In the order of the columns that scores are summed in. */
  static final List<Kind> KINDS = List.of(Kind.PREVIOUS, Kind.DUPLICATE, Kind.INDUCTION);

  private static final int SHOWN = 5;

  /**
   * The scores of one head.
   *
   * @param head the name, such as {@code L3H4}
   */
  public record Head(String head, int layer, int index, Scores scores) {}

  /** Mean attention probability on each target, 0 to 1. */
  public record Scores(double previous, double duplicate, double induction) {
    double of(Kind kind) {
      return switch (kind) {
        case PREVIOUS -> previous;
        case DUPLICATE -> duplicate;
        case INDUCTION -> induction;
      };
    }
  }

  /** What a head may attend to. */
  public enum Kind {
    PREVIOUS("Previous-token heads", "to the token just before"),
    DUPLICATE("Duplicate-token heads", "to the same token's earlier copy"),
    INDUCTION("Induction heads", "to the token that followed the earlier copy");

    private final String title;
    private final String target;

    Kind(String title, String target) {
      this.title = title;
      this.target = target;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The heads with the highest score first. */
  public List<Head> best(Kind kind) {
    return heads.stream()
        .sorted(Comparator.comparingDouble((Head head) -> -head.scores().of(kind)))
        .toList();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Kind kind : KINDS) {
      text.append(kind.title).append(": ");
      List<String> shown =
          best(kind).stream()
              .limit(SHOWN)
              .map(
                  head ->
                      String.format(Locale.ROOT, "%s %.3f", head.head(), head.scores().of(kind)))
              .toList();
      text.append(String.join(", ", shown)).append('\n');
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    for (Kind kind : KINDS) {
      float[] values = new float[heads.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) heads.get(i).scores().of(kind);
      }
      figures.add(
          new Heatmap(
              new Heading(
                  "heads-" + kind.word(),
                  kind.title,
                  "Mean attention probability %s, of every head, on repeated random tokens."
                      .formatted(kind.target)),
              new Matrix(layers, headsOfLayer, values),
              new CellAxis("layer", names(layers)),
              new CellAxis("head", names(headsOfLayer)),
              Colours.probability("mean attention"),
              CellMask.NONE));
    }
    return figures;
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Head head : heads) {
      Scores scores = head.scores();
      rows.add(
          List.of(
              head.head(),
              head.layer(),
              head.index(),
              scores.previous(),
              scores.duplicate(),
              scores.induction()));
    }
    return List.of(
        new DataTable(
            "heads",
            List.of("head", "layer", "index", "previous", "duplicate", "induction"),
            rows));
  }
}
