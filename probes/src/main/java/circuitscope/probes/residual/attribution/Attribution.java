package circuitscope.probes.residual.attribution;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.residual.MemoryBudget;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A logit and its parts.
 *
 * @param logit which one
 * @param positions read, over which shares are summed
 * @param tokens labels of all tokens of the input
 * @param rows in the order of the forward pass
 * @param heads query heads a layer
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Attribution(
    Level by,
    String logit,
    int[] positions,
    List<String> tokens,
    List<Row> rows,
    SumCheck sumCheck,
    MemoryBudget budget,
    TokensRead input,
    @JsonIgnore int heads,
    @JsonIgnore List<Part> parts)
    implements Result {
  static final String NORM = "attribution norm: every norm held at the scale of this run";
  private static final int SHOWN = 12;

  /**
   * One part.
   *
   * @param layer −1 for parts outside the layers
   * @param index head or neuron; −1 for other parts
   * @param share of the logit
   * @param accumulated this share and those of all rows before it
   */
  public record Row(
      String part, Part.Kind kind, int layer, int index, double share, double accumulated) {}

  static Attribution of(
      Level by,
      String logit,
      int[] positions,
      List<String> tokens,
      SumCheck check,
      MemoryBudget budget,
      TokensRead input,
      int heads,
      List<Part> parts) {
    List<Row> rows = new ArrayList<>();
    double accumulated = 0;
    for (Part part : parts) {
      double share = part.value();
      accumulated += share;
      rows.add(new Row(part.label(), part.kind(), part.layer(), part.index(), share, accumulated));
    }
    return new Attribution(by, logit, positions, tokens, rows, check, budget, input, heads, parts);
  }

  /** As in "logit of ' the' at position 12 ('is')". */
  String subject() {
    int last = positions[positions.length - 1];
    return positions.length == 1
        ? "logit of %s after '%s' (position %d)".formatted(logit, tokens.get(last), last)
        : "logit of %s, summed over %d positions".formatted(logit, positions.length);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%s: %.4f%n", subject(), sumCheck.observed()));
    text.append(NORM).append('\n').append(sumCheck.badge()).append('\n');
    rows.stream()
        .sorted(Comparator.comparingDouble((Row row) -> -Math.abs(row.share())))
        .limit(SHOWN)
        .forEach(
            row ->
                text.append(
                    String.format(Locale.ROOT, "%-20s %+10.4f%n", row.part(), row.share())));
    if (rows.size() > SHOWN) {
      text.append("… and %d smaller parts%n".formatted(rows.size() - SHOWN));
    }
    return text.append(budget.describe()).append('\n').toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("norm", NORM);
    protocol.put("logit", "before a soft cap, where the model has one");
    protocol.put("kind", "direct effect; not what removing a part would do");
    protocol.put("head", "z_h·W_O^h; the output bias is a part of its own");
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return new AttributionFigures(this).all();
  }

  @Override
  public List<DataTable> tables() {
    return List.of(
        new DataTable(
            "attribution",
            List.of("part", "kind", "layer", "index", "share", "accumulated"),
            rows.stream()
                .map(
                    row ->
                        List.<Object>of(
                            row.part(),
                            row.kind().name().toLowerCase(Locale.ROOT),
                            row.layer(),
                            row.index(),
                            row.share(),
                            row.accumulated()))
                .toList()));
  }

  /** Shares by position, {@code [part, position]}, parts in the order of the rows. */
  @Override
  public List<TensorSource> tensors() {
    if (positions.length == 1) {
      return List.of();
    }
    float[] shares = new float[parts.size() * positions.length];
    for (int i = 0; i < parts.size(); i++) {
      System.arraycopy(
          parts.get(i).byPosition(), 0, shares, i * positions.length, positions.length);
    }
    TensorShape shape = new TensorShape(parts.size(), positions.length);
    return List.of(TensorSource.of("shares", shape, shares));
  }
}
