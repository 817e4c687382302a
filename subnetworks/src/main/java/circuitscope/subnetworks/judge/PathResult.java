package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A λ path judged.
 *
 * @param full the full model
 * @param masks by λ, ascending; those that were not trained last
 * @param selected name of the mask that the rule takes; null without a λ = 0 mask
 */
public record PathResult(
    Judgement full, List<Judgement> masks, @Nullable String selected, TokensRead input)
    implements Result {
  /** Published: by how much r may fall below that of λ = 0. */
  static final double MARGIN = 0.04;

  /** r of 0.946 and 0.986 are exactly the margin apart after rounding to the published digits. */
  private static final double ROUNDING = 1e-9;

  static PathResult of(List<Judgement> judgements, TokensRead input) {
    List<Judgement> masks =
        judgements.subList(1, judgements.size()).stream()
            .sorted(Comparator.comparingDouble(PathResult::lambda))
            .toList();
    Judgement selected = select(masks);
    return new PathResult(
        judgements.getFirst(), masks, selected == null ? null : selected.mask(), input);
  }

  /** The largest λ whose r is within the margin of the λ = 0 run's, inclusive. */
  static @Nullable Judgement select(List<Judgement> masks) {
    Judgement zero = masks.stream().filter(one -> lambda(one) == 0).findFirst().orElse(null);
    if (zero == null) {
      return null;
    }
    double least = zero.pearsonClamp() - MARGIN - ROUNDING;
    return masks.stream()
        .filter(one -> Double.isFinite(lambda(one)) && one.pearsonClamp() >= least)
        .max(Comparator.comparingDouble(PathResult::lambda))
        .orElse(zero);
  }

  private static double lambda(Judgement one) {
    String text = one.lambda();
    return switch (text) {
      case null -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-24s %12s %9s %10s %10s %10s %9s%n",
            "mask",
            "active",
            "share",
            "r clamped",
            "r dropped",
            "bits to 2g",
            "loss bits"));
    List<Judgement> all = new ArrayList<>(List.of(full));
    all.addAll(masks);
    for (Judgement one : all) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-24s %,12d %8.3f%% %10.4f %10.4f %10.3f %9.3f%s%n",
              one.mask(),
              one.active(),
              100 * one.share(),
              one.pearsonClamp(),
              one.pearsonDrop(),
              one.crossEntropyBits(),
              one.lossBits(),
              one.mask().equals(selected) ? "  <- taken" : ""));
    }
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return EvalResult.protocol(input);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Judgement> drawn = masks.stream().filter(one -> one.active() > 0).toList();
    if (drawn.isEmpty()) {
      return List.of();
    }
    List<Judgement> points = new ArrayList<>(drawn);
    points.add(full);
    boolean same = points.stream().allMatch(one -> one.pearsonClamp() == one.pearsonDrop());
    List<Scatter.Group> groups = new ArrayList<>();
    groups.add(
        group(same ? "both variants of r" : "clamped", points, Judgement::pearsonClamp, true));
    if (!same) {
      groups.add(group("infinite surprisals dropped", points, Judgement::pearsonDrop, false));
    }
    return List.of(
        new Scatter(
            new Heading(
                "pareto",
                "How like bigrams, by how many weights",
                "One point a mask; the published rule takes "
                    + (selected == null ? "none without a λ = 0 mask." : selected + ".")),
            PlotAxis.log("active weights", 1),
            PlotAxis.linear("Pearson's r with bigram surprisals"),
            groups));
  }

  private Scatter.Group group(
      String name, List<Judgement> drawn, ToDoubleFunction<Judgement> r, boolean labelled) {
    return new Scatter.Group(
        name,
        drawn.stream().mapToDouble(Judgement::active).toArray(),
        drawn.stream().mapToDouble(r).toArray(),
        labelled ? drawn.stream().map(this::label).toList() : List.of());
  }

  private String label(Judgement one) {
    if (one.equals(full)) {
      return "full model";
    }
    String name = one.lambda() == null ? one.mask() : "λ = " + one.lambda();
    return one.mask().equals(selected) ? name + ", taken" : name;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    List<Judgement> all = new ArrayList<>(List.of(full));
    all.addAll(masks);
    for (Judgement j : all) {
      rows.add(
          List.of(
              j.mask(),
              j.lambda() == null ? "" : j.lambda(),
              j.active(),
              j.total(),
              j.share(),
              j.pearsonClamp(),
              j.pearsonClampInterval().low(),
              j.pearsonClampInterval().high(),
              j.pearsonDrop(),
              j.pearsonDropInterval().low(),
              j.pearsonDropInterval().high(),
              j.crossEntropyBits(),
              j.lossBits()));
    }
    return List.of(
        new DataTable(
            "path",
            List.of(
                "mask",
                "lambda",
                "active",
                "total",
                "share",
                "pearson_clamp",
                "clamp_low",
                "clamp_high",
                "pearson_drop",
                "drop_low",
                "drop_high",
                "cross_entropy_bits",
                "loss_bits"),
            rows));
  }
}
