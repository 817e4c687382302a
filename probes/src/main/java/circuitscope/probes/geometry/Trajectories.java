package circuitscope.probes.geometry;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.geometry.StateScales.View;
import circuitscope.probes.geometry.TrajectoryAnalysis.Basis;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Paths of tokens; state 0 is what enters the first layer.
 *
 * @param labels {@code [token]}
 * @param paths {@code [token][state][component]}
 * @param means {@code [state][component]} of all tokens read
 * @param explained {@code [state][component]} shares of the variance that was fitted to
 * @param massive dimensions that {@link View#WITHOUT_MASSIVE} leaves out
 * @param tokens that the components were fitted to
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Trajectories(
    Basis basis,
    View view,
    List<String> labels,
    double[][][] paths,
    double[][] means,
    double[][] explained,
    List<Integer> massive,
    boolean firstKept,
    long tokens,
    TokensRead input)
    implements Result {

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder("after layer   mean PC1   mean PC2   explained\n");
    for (int state = 0; state < means.length; state++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%11d %10.3f %10.3f   %.1f %% + %.1f %%%n",
              state,
              means[state][0],
              means[state][1],
              100 * explained[state][0],
              100 * explained[state][1]));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "%s basis, %s, fitted to %,d tokens%s%n",
                basis == Basis.POOLED ? "pooled" : "a layer its own",
                view.words(),
                tokens,
                firstKept ? "" : ", the first of each sequence left out"))
        .toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put(
        "basis",
        basis == Basis.POOLED
            ? "principal components of all states pooled"
            : "principal components of each state; not comparable between layers");
    protocol.put("view", basis == Basis.POOLED ? view.words() + ", over all states" : view.words());
    protocol.put("sign", "each axis's largest loading is positive");
    protocol.put("first_token", firstKept ? "kept" : "left out of the fit and of the paths");
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    String caption =
        "%s, %s, fitted to %,d tokens; 0: before the first layer."
            .formatted(
                basis == Basis.POOLED ? "One basis for all layers" : "A basis a layer",
                view.words(),
                tokens);
    return List.of(
        new Sheet(
            new Heading("paths", "Paths of tokens through the layers", caption),
            2,
            List.of(byLayer(0), byLayer(1))),
        plane(caption));
  }

  private Figure byLayer(int component) {
    double[] x = IntStream.range(0, means.length).asDoubleStream().toArray();
    List<Curves.Series> series = new ArrayList<>();
    series.add(new Curves.Series("mean of all tokens", x, column(means, component)));
    for (int token = 0; token < paths.length; token++) {
      String name = "%d %s".formatted(token + (firstKept ? 0 : 1), labels.get(token));
      series.add(new Curves.Series(name, x, column(paths[token], component)));
    }
    return new Curves(
        Heading.of("paths-pc" + (component + 1), axis(component)),
        PlotAxis.linear("after layer"),
        PlotAxis.linear("PC" + (component + 1)),
        series);
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }

  private String axis(int component) {
    return basis == Basis.POOLED
        ? String.format(Locale.ROOT, "PC%d (%.1f %%)", component + 1, 100 * explained[0][component])
        : "PC" + (component + 1);
  }

  /** A colour a state; the tokens are named where they end. */
  private Figure plane(String caption) {
    List<Scatter.Group> groups = new ArrayList<>();
    for (int s = means.length - 1; s >= 0; s--) {
      int state = s;
      double[][] points = Arrays.stream(paths).map(path -> path[state]).toArray(double[][]::new);
      List<String> named =
          state == means.length - 1 ? labels : Collections.nCopies(points.length, "");
      String name = state == 0 ? "embedding" : "after layer " + state;
      groups.add(new Scatter.Group(name, column(points, 0), column(points, 1), named));
    }
    return new Scatter(
        new Heading("plane", "Tokens in the plane of two components", caption),
        PlotAxis.linear(axis(0)),
        PlotAxis.linear(axis(1)),
        groups);
  }

  @Override
  public List<DataTable> tables() {
    List<String> columns = new ArrayList<>(List.of("what", "token", "after_layer"));
    for (int component = 1; component <= means[0].length; component++) {
      columns.add("pc" + component);
    }
    List<List<Object>> rows = new ArrayList<>();
    for (int state = 0; state < means.length; state++) {
      rows.add(row("mean", "", state, means[state]));
      for (int token = 0; token < paths.length; token++) {
        rows.add(row("token", labels.get(token), state, paths[token][state]));
      }
    }
    return List.of(new DataTable("paths", columns, rows));
  }

  private static List<Object> row(String what, String token, int state, double[] at) {
    List<Object> row = new ArrayList<>(List.of(what, token, state));
    Arrays.stream(at).forEach(row::add);
    return row;
  }
}
