package circuitscope.heads.composition;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Composition of all heads of a model.
 *
 * @param expected score under random rotation, of any pair
 * @param strongest the pairs with the highest score of each mode
 * @param previous heads that attend to the previous token
 * @param induction heads that attend to the follower of an earlier copy
 * @param previousToInduction K-composition of the former with the latter
 */
public record ComposeResult(
    int layers,
    int headsOfLayer,
    double expected,
    Map<CompositionMode, List<CompositionEdge>> strongest,
    List<HeadName> previous,
    List<HeadName> induction,
    List<Ranked> previousToInduction,
    @JsonIgnore Map<String, Object> protocol,
    @JsonIgnore Composition composition)
    implements Result {
  private static final int SHOWN = 5;

  /**
   * A pair among all pairs of its mode with the same later head.
   *
   * @param rank 1 for the highest score
   */
  public record Ranked(CompositionEdge edge, int rank, int outOf) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    strongest.forEach(
        (mode, edges) -> {
          text.append(mode.title()).append(", strongest: ");
          List<String> shown = edges.stream().limit(SHOWN).map(ComposeResult::words).toList();
          text.append(String.join(", ", shown)).append('\n');
        });
    text.append(String.format(Locale.ROOT, "random rotation gives %.4f%n", expected));
    if (previousToInduction.isEmpty()) {
      text.append("no pair of a previous-token and a later induction head among the heads found\n");
    }
    for (Ranked one : previousToInduction) {
      text.append(
          String.format(
              Locale.ROOT,
              "previous-token to induction, by keys: %s, rank %d of %d%n",
              words(one.edge()),
              one.rank(),
              one.outOf()));
    }
    return text.toString();
  }

  private static String words(CompositionEdge edge) {
    return String.format(Locale.ROOT, "%s to %s %.4f", edge.earlier(), edge.later(), edge.score());
  }

  @Override
  public List<Figure> figures() {
    return ComposeFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (CompositionMode mode : composition.modes()) {
      for (CompositionEdge edge : composition.edges(mode)) {
        rows.add(
            List.of(
                mode.word(),
                edge.earlier().toString(),
                edge.later().toString(),
                edge.score(),
                edge.excess(),
                edge.z(),
                edge.chanceLow(),
                edge.chanceHigh()));
      }
    }
    return List.of(
        new DataTable(
            "composition",
            List.of(
                "mode", "earlier", "later", "score", "excess", "z", "chance_low", "chance_high"),
            rows));
  }

  /** Of each mode {@code composition.<mode>}, {@code [earlier head, later head]}. */
  @Override
  public List<TensorSource> tensors() {
    int heads = layers * headsOfLayer;
    return composition.modes().stream()
        .map(
            mode ->
                TensorSource.of(
                    "composition." + mode.word(),
                    new TensorShape(heads, heads),
                    ComposeFigures.flat(composition.scores(mode), 0)))
        .toList();
  }
}
