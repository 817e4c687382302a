package circuitscope.heads.composition;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copying and matching of all heads by eigenvalues.
 *
 * @param heads by layer and head
 */
public record CopyingResult(
    @JsonIgnore int layers,
    @JsonIgnore int headsOfLayer,
    List<Head> heads,
    @JsonIgnore Map<String, Object> protocol)
    implements Result {
  private static final int SHOWN = 8;

  /**
   * One head.
   *
   * @param previousAttention mean attention to the previous token, the weight prev of the head
   * @param matching null in the first layer, before which no head moves anything
   * @param matchingTrace Olsson's QK-eigenvalue measure, in squared units of the weights; null
   *     there
   */
  public record Head(
      HeadName head,
      double previousAttention,
      EigenvalueScore copying,
      @Nullable EigenvalueScore matching,
      @Nullable Double matchingTrace) {}

  /** The heads that copy most first. */
  List<Head> byCopying() {
    return heads.stream()
        .sorted(Comparator.comparingDouble((Head head) -> -head.copying().score()))
        .toList();
  }

  @Override
  public String summary() {
    List<Head> sorted = byCopying();
    StringBuilder text = new StringBuilder("copying (sum of eigenvalues over sum of moduli)\n");
    for (int i = 0; i < sorted.size(); i++) {
      if (i < SHOWN || i >= sorted.size() - SHOWN / 2) {
        Head head = sorted.get(i);
        EigenvalueScore copying = head.copying();
        EigenvalueScore matching = head.matching();
        text.append(
            String.format(
                Locale.ROOT,
                "%-7s %6.3f (chance %6.3f to %.3f)   matching %s%n",
                head.head(),
                copying.score(),
                copying.chanceLow(),
                copying.chanceHigh(),
                matching == null ? "-" : String.format(Locale.ROOT, "%6.3f", matching.score())));
      } else if (i == SHOWN) {
        text.append("…\n");
      }
    }
    return text.toString();
  }

  @Override
  public List<Figure> figures() {
    return CopyingFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Head head : heads) {
      List<Object> row = new ArrayList<>();
      row.add(head.head().toString());
      row.add(head.previousAttention());
      add(row, head.copying());
      add(row, head.matching());
      row.add(head.matchingTrace() == null ? "" : head.matchingTrace());
      rows.add(row);
    }
    return List.of(
        new DataTable(
            "copying",
            List.of(
                "head",
                "previous_attention",
                "copying",
                "copying_chance_low",
                "copying_chance_high",
                "copying_z",
                "matching",
                "matching_chance_low",
                "matching_chance_high",
                "matching_z",
                "matching_trace"),
            rows));
  }

  private static void add(List<Object> row, @Nullable EigenvalueScore score) {
    if (score == null) {
      row.addAll(List.of("", "", "", ""));
    } else {
      row.addAll(List.of(score.score(), score.chanceLow(), score.chanceHigh(), score.z()));
    }
  }
}
