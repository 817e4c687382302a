package circuitscope.probes.patching;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What patching each place does.
 *
 * @param clean metric of the clean runs, mean over pairs
 * @param corrupted metric of the corrupted runs
 * @param tokens of the first clean prompt, with a star where the corrupted one has another
 * @param dropped reason to how many words or pairs were left out for it
 */
public record PatchResult(
    PairMetric metric,
    Direction direction,
    Estimate clean,
    Estimate corrupted,
    List<String> tokens,
    List<Grid> grids,
    Map<String, Integer> dropped,
    TokensRead input)
    implements Result {
  private static final int SHOWN = 5;

  /**
   * One site in every layer.
   *
   * @param rankCorrelation Spearman's ρ over the places between exact patching and attribution,
   *     where both were taken
   */
  public record Grid(PatchSite site, List<Place> places, @Nullable Double rankCorrelation) {}

  /**
   * One place.
   *
   * @param unit head or neuron; null for the whole width
   * @param position null for all of them
   * @param effect normalised: 0 as corrupted, 1 as clean
   * @param attribution the estimate by the gradient, beside an exact effect
   * @param shuffled the effect of patching from another pair's run
   */
  public record Place(
      String name,
      int layer,
      @Nullable Integer unit,
      @Nullable Integer position,
      Estimate effect,
      @Nullable Double attribution,
      @Nullable Double shuffled) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: clean %.4f, corrupted %.4f%n",
            metric.title(),
            clean.value(),
            corrupted.value()));
    double still = direction == Direction.DENOISING ? 0 : 1;
    for (Grid grid : grids) {
      text.append(grid.site().name().toLowerCase(Locale.ROOT).replace('_', '-'));
      if (grid.rankCorrelation() != null) {
        text.append(
            String.format(
                Locale.ROOT, " (attribution: rank correlation %.3f)", grid.rankCorrelation()));
      }
      text.append(System.lineSeparator());
      grid.places().stream()
          .sorted(Comparator.comparingDouble(p -> -Math.abs(p.effect().value() - still)))
          .limit(SHOWN)
          .forEach(place -> text.append(line(place)));
    }
    dropped.forEach((reason, count) -> text.append("left out %d: %s%n".formatted(count, reason)));
    return text.toString();
  }

  private String line(Place place) {
    String where =
        place.position() == null
            ? "all positions"
            : place.position() + " " + tokens.get(place.position());
    return String.format(
        Locale.ROOT,
        "  %-8s %-16s %7.3f [%.3f, %.3f]%s%n",
        place.name(),
        where,
        place.effect().value(),
        place.effect().low(),
        place.effect().high(),
        place.shuffled() == null
            ? ""
            : String.format(Locale.ROOT, ", from another pair %.3f", place.shuffled()));
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "effect", "(m - m_corrupted) / (m_clean - m_corrupted), m a mean over pairs",
        "interval", "95 % bootstrap over pairs",
        "shuffled", "each pair patched from the run of the next pair of its batch");
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return PatchFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Grid grid : grids) {
      for (Place place : grid.places()) {
        rows.add(
            List.of(
                grid.site().kind().name().toLowerCase(Locale.ROOT),
                place.name(),
                Objects.requireNonNullElse(place.position(), ""),
                place.effect().value(),
                place.effect().low(),
                place.effect().high(),
                Objects.requireNonNullElse(place.attribution(), ""),
                Objects.requireNonNullElse(place.shuffled(), "")));
      }
    }
    return List.of(
        new DataTable(
            "patching",
            List.of(
                "site", "place", "position", "effect", "low", "high", "attribution", "shuffled"),
            rows));
  }
}
