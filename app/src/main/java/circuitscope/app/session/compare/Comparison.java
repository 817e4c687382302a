package circuitscope.app.session.compare;

import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two results of one analysis: every number, table and tensor that both have, b − a.
 *
 * <p>An interval is there where the analysis gives what it takes (see {@link Difference.Method});
 * it says nothing of other texts, prompts or seeds than those that were read. Of many intervals one
 * in twenty leaves out 0 by chance.
 *
 * @param sameTokens whether both sides read the same tokens; null when none are known
 * @param equal numbers that are the same on both sides, of those in {@code differences}
 * @param clear differences whose interval leaves out 0
 * @param intervals differences that have an interval
 * @param changedTexts what is no number, or a setting, and differs
 * @param onlyA names that A alone has
 * @param onlyB names that B alone has
 */
public record Comparison(
    String analysis,
    About a,
    About b,
    @Nullable Boolean sameTokens,
    int equal,
    int clear,
    int intervals,
    List<Difference> differences,
    List<TensorDifference> comparedTensors,
    List<Changed> changedTexts,
    List<String> onlyA,
    List<String> onlyB,
    List<String> leftOut,
    @JsonIgnore List<TensorSource> tensors)
    implements Result {

  private static final Pattern NULLS = Pattern.compile("(^|[._])null|uniform_attention");

  /** One side: its label and what its manifest says. */
  public record About(String label, String model, String modelDigest, String tokensDigest) {
    static About of(Side side) {
      String digest = side.manifest().at("/model/digest").asText("");
      return new About(side.label(), side.model(), digest, side.tokens());
    }
  }

  /** Something that is no number and differs. */
  public record Changed(String name, String a, String b) {}

  /**
   * Compares two sides.
   *
   * @param seed of the bootstrap, where there is one
   * @throws IllegalArgumentException when they are of different analyses
   */
  public static Comparison of(Side a, Side b, long seed) throws IOException {
    if (!a.analysis().equals(b.analysis())) {
      throw new IllegalArgumentException(
          "%s is of %s, and %s of %s; only results of one analysis can be compared"
              .formatted(a.folder(), a.analysis(), b.folder(), b.analysis()));
    }
    Pairing pairing = new Pairing();
    pairing.walk("", a.document(), b.document());
    for (var table : a.tables().entrySet()) {
      var other = b.tables().get(table.getKey());
      if (other == null) {
        pairing.onlyA.add("table " + table.getKey());
      } else {
        pairing.walk("table " + table.getKey(), table.getValue(), other);
      }
    }
    b.tables().keySet().stream()
        .filter(name -> !a.tables().containsKey(name))
        .forEach(name -> pairing.onlyB.add("table " + name));
    List<Difference> differences = PairedLoss.on(Intervals.differences(pairing.pairs), a, b, seed);
    TensorDifference.Found tensors = TensorDifference.between(a, b);
    boolean known = !a.tokens().isEmpty() && !b.tokens().isEmpty();
    return new Comparison(
        a.analysis(),
        About.of(a),
        About.of(b),
        known ? a.tokens().equals(b.tokens()) : null,
        (int) differences.stream().filter(one -> one.a() == one.b()).count(),
        (int) differences.stream().filter(Difference::isClear).count(),
        (int) differences.stream().filter(one -> one.low() != null).count(),
        differences,
        tensors.tensors(),
        pairing.texts.stream()
            .filter(one -> !one.name().startsWith("table "))
            .map(one -> new Changed(one.name(), one.a(), one.b()))
            .toList(),
        pairing.onlyA,
        pairing.onlyB,
        tensors.left(),
        tensors.differences());
  }

  /**
   * Differences by what they are of, in the order of the document. Left out are what repeats the
   * numbers of another quantity, as tables do, what is equal throughout, and chance levels.
   */
  Map<String, List<Difference>> byQuantity() {
    Map<String, List<Difference>> groups = new LinkedHashMap<>();
    for (Difference difference : differences) {
      groups.computeIfAbsent(difference.quantity(), name -> new ArrayList<>()).add(difference);
    }
    Map<List<Double>, String> seen = new HashMap<>();
    for (String quantity : List.copyOf(groups.keySet())) {
      List<Difference> group = groups.get(quantity);
      if (NULLS.matcher(quantity).find() || group.stream().allMatch(one -> one.difference() == 0)) {
        groups.remove(quantity);
        continue;
      }
      List<Double> numbers =
          group.stream().flatMap(one -> Stream.of(one.a(), one.b())).sorted().toList();
      String same = seen.putIfAbsent(numbers, quantity);
      if (same != null) {
        boolean better =
            group.getFirst().low() != null && groups.get(same).getFirst().low() == null;
        groups.remove(better ? same : quantity);
        seen.put(numbers, better ? quantity : same);
      }
    }
    return groups;
  }

  @Override
  public String summary() {
    return new ComparisonText(this).text();
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "difference", "b - a",
        "paired bootstrap",
            "95 %, percentile, 1000 resamples of windows, same tokens on both sides",
        "two intervals, as independent",
            "95 %, recovered variances (Zou and Donner 2008); too wide where both sides read the"
                + " same tokens");
  }

  @Override
  public List<Figure> figures() {
    return new ComparisonFigures(this).all();
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Difference one : differences) {
      rows.add(
          Arrays.asList(
              one.quantity(),
              String.join("; ", one.keys()),
              one.a(),
              one.b(),
              one.difference(),
              one.low() == null ? "" : one.low(),
              one.high() == null ? "" : one.high(),
              one.method().toString()));
    }
    List<String> columns =
        List.of("quantity", "key", "a", "b", "difference", "low", "high", "interval");
    return List.of(new DataTable("differences", columns, rows));
  }
}
