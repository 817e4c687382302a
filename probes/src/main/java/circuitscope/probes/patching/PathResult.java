package circuitscope.probes.patching;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each direct path from a head carries.
 *
 * @param clean metric of the clean runs, mean over pairs
 * @param corrupted metric of the corrupted runs
 */
public record PathResult(
    PairMetric metric,
    Direction direction,
    Estimate clean,
    Estimate corrupted,
    List<Path> paths,
    TokensRead input)
    implements Result {
  private static final int SHOWN = 12;

  /**
   * One path.
   *
   * @param exact effect, normalised, the norm computed afresh
   * @param linear effect with the norm's scale held
   */
  public record Path(String sender, String receiver, Estimate exact, double linear) {}

  static PathResult of(
      PathPatchAnalysis.Parameters parameters, PromptPairs pairs, List<Path> paths, Measured runs) {
    return new PathResult(
        parameters.metric(),
        parameters.direction(),
        Estimate.mean(runs.clean(), parameters.seed()),
        Estimate.mean(runs.corrupted(), parameters.seed()),
        paths,
        pairs.read());
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: clean %.4f, corrupted %.4f; %d paths%n",
            metric.title(),
            clean.value(),
            corrupted.value(),
            paths.size()));
    double still = direction == Direction.DENOISING ? 0 : 1;
    paths.stream()
        .sorted(Comparator.comparingDouble(path -> -Math.abs(path.exact().value() - still)))
        .limit(SHOWN)
        .forEach(
            path ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "  %-6s to %-8s %7.3f [%.3f, %.3f], linear %.3f%n",
                        path.sender(),
                        path.receiver(),
                        path.exact().value(),
                        path.exact().low(),
                        path.exact().high(),
                        path.linear())));
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "exact", "norms computed afresh; all other writes as in the unpatched run",
        "linear", "norms keep the unpatched run's scale",
        "receiver", "patched at every position; key/value heads by their own number");
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<String> senders = paths.stream().map(Path::sender).distinct().toList();
    List<String> receivers = paths.stream().map(Path::receiver).distinct().toList();
    float[] effects = new float[senders.size() * receivers.size()];
    Arrays.fill(effects, Float.NaN);
    for (Path path : paths) {
      int row = senders.indexOf(path.sender());
      effects[row * receivers.size() + receivers.indexOf(path.receiver())] =
          (float) path.exact().value();
    }
    Figure grid =
        new Heatmap(
            new Heading(
                "patch-paths",
                "Path patching",
                "Effect of a head's clean output on one receiver alone; grey where no path is."),
            new Matrix(senders.size(), receivers.size(), effects),
            new CellAxis("sender", senders),
            new CellAxis("receiver", receivers),
            Colours.signed("effect (0 corrupted, 1 clean)"),
            CellMask.NONE);
    Figure scatter =
        new Scatter(
            new Heading(
                "patch-paths-linear",
                "Linear approximation against exact path patching",
                "One point a path."),
            PlotAxis.linear("exact effect"),
            PlotAxis.linear("linear effect"),
            List.of(
                new Scatter.Group(
                    "paths",
                    paths.stream().mapToDouble(path -> path.exact().value()).toArray(),
                    paths.stream().mapToDouble(Path::linear).toArray())));
    return List.of(grid, scatter);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows =
        paths.stream()
            .map(
                path ->
                    List.<Object>of(
                        path.sender(),
                        path.receiver(),
                        path.exact().value(),
                        path.exact().low(),
                        path.exact().high(),
                        path.linear()))
            .toList();
    return List.of(
        new DataTable(
            "paths", List.of("sender", "receiver", "exact", "low", "high", "linear"), rows));
  }
}
