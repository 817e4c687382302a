package circuitscope.probes.geometry;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Similarities in three views; state 0 is what enters the first layer.
 *
 * @param tokens that were summed
 * @param width dimensions of the stream
 * @param massive dimensions that the last view leaves out
 * @param debiasedShown whether figures show the debiased CKA: where tokens are few
 */
public record SimilarityResult(
    List<Similarities> views,
    long tokens,
    int width,
    List<Integer> massive,
    boolean debiasedShown,
    boolean firstDropped,
    TokensRead input)
    implements Result {
  /** With fewer tokens than this multiple of the width, plain CKA is too high by much. */
  private static final int ENOUGH = 10;

  static SimilarityResult of(
      List<Similarities> views,
      StateScales scales,
      TokensRead read,
      SimilarityAnalysis.Parameters p) {
    int width = scales.means()[0].length;
    return new SimilarityResult(
        views,
        scales.tokens(),
        width,
        scales.massive().stream().boxed().toList(),
        scales.tokens() < (long) ENOUGH * width,
        p.dropFirst(),
        read);
  }

  private Estimate[][] shown(Similarities one) {
    return debiasedShown ? one.debiased() : one.cka();
  }

  private String shownName() {
    return debiasedShown ? "debiased CKA" : "linear CKA";
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Similarities one : views) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s%n  state  effective rank  anisotropy   to the next: cosine  %s  procrustes "
                  + " angle%n",
              one.view().words(),
              shownName()));
      for (int state = 0; state < one.anisotropy().length; state++) {
        text.append(
            String.format(
                Locale.ROOT,
                "  %5d %15.1f %11.3f",
                state,
                one.effectiveRank()[state].value(),
                one.anisotropy()[state].value()));
        if (state < one.steps().size()) {
          Similarities.Step step = one.steps().get(state);
          text.append(
              String.format(
                  Locale.ROOT,
                  " %21.3f %13.3f %11.3f %6.1f",
                  one.cosine()[state][state + 1].value(),
                  shown(one)[state][state + 1].value(),
                  step.procrustes(),
                  step.meanAngleDegrees()));
        }
        text.append('\n');
      }
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "over %,d tokens; massive dimensions: %s%n",
                tokens,
                massive.isEmpty() ? "none" : massive))
        .toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("stream", "before any norm; state 0 is what enters the first layer");
    protocol.put("cosine", "of the same token; raw states not centred, z-scored ones are");
    protocol.put("cka", "linear, centred columns; debiased with HSIC_1");
    protocol.put("effective_rank", "exp of the entropy of the covariance's eigenvalue shares");
    protocol.put(
        "chance", "mean cosine of all pairs of different tokens; in one state, anisotropy");
    protocol.put("procrustes", "2 - 2 |X'Y|_* of centred states scaled to norm 1");
    protocol.put("angles", "principal angles between leading directions of the covariances");
    protocol.put("z_scores", "a dimension and state, over all tokens read");
    protocol.put("interval", "95 %, value +- t s / sqrt(G) from up to 10 groups of batches");
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return List.of(
        curves(
            "cosine-next",
            "Cosine of each state with the next",
            "mean cosine",
            one -> Similarities.next(one.cosine())),
        curves(
            "cka-next",
            "Alignment of each state with the next",
            shownName(),
            one -> Similarities.next(shown(one))),
        curves(
            "effective-rank",
            "Effective rank of the stream",
            "effective rank",
            Similarities::effectiveRank),
        curves(
            "anisotropy",
            "Cosine of two different tokens",
            "mean cosine",
            Similarities::anisotropy),
        sheet("cosine-pairs", "Mean cosine of the same token", "cosine", Similarities::cosine),
        sheet("cka-pairs", "Alignment of all states", shownName(), this::shown));
  }

  private Figure curves(
      String id, String title, String axis, Function<Similarities, Estimate[]> of) {
    List<Curves.Series> series = new ArrayList<>();
    for (Similarities one : views) {
      Estimate[] values = of.apply(one);
      series.add(
          new Curves.Series(
              one.view().words(),
              IntStream.range(0, values.length).asDoubleStream().toArray(),
              Arrays.stream(values).mapToDouble(Estimate::value).toArray(),
              new Interval(
                  Arrays.stream(values).mapToDouble(Estimate::low).toArray(),
                  Arrays.stream(values).mapToDouble(Estimate::high).toArray(),
                  "95 % interval over text")));
    }
    String caption =
        "By layer (0: before the first), over %,d tokens, in three views of the dimensions."
            .formatted(tokens);
    return new Curves(
        new Heading(id, title, caption),
        PlotAxis.linear("after layer"),
        PlotAxis.linear(axis),
        series);
  }

  private Figure sheet(
      String id, String title, String label, Function<Similarities, Estimate[][]> of) {
    List<Figure> panels = new ArrayList<>();
    for (Similarities one : views) {
      Estimate[][] pairs = of.apply(one);
      float[] flat = new float[pairs.length * pairs.length];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = (float) pairs[i / pairs.length][i % pairs.length].value();
      }
      CellAxis axis = CellAxis.counted("after layer");
      panels.add(
          new Heatmap(
              Heading.of(id + "-" + one.view().words().replace(' ', '-'), one.view().words()),
              new Matrix(pairs.length, pairs.length, flat),
              axis,
              axis,
              Colours.sequential(label).withRange(0, 1),
              CellMask.NONE));
    }
    return new Sheet(new Heading(id, title, "0: before the first layer."), 3, panels);
  }

  /**
   * {@code similarity}: a row a view and pair of states; {@code states}: a row a view and state.
   */
  @Override
  public List<DataTable> tables() {
    List<List<Object>> pairs = new ArrayList<>();
    List<List<Object>> states = new ArrayList<>();
    for (Similarities one : views) {
      String view = one.view().words();
      for (int i = 0; i < one.anisotropy().length; i++) {
        for (int j = 0; j < one.anisotropy().length; j++) {
          List<Object> row = new ArrayList<>(List.of(view, i, j));
          add(row, one.cosine()[i][j], one.chance()[i][j], one.cka()[i][j], one.debiased()[i][j]);
          pairs.add(row);
        }
        List<Object> row = new ArrayList<>(List.of(view, i));
        add(row, one.effectiveRank()[i], one.anisotropy()[i]);
        boolean last = i == one.steps().size();
        row.add(last ? "" : one.steps().get(i).procrustes());
        row.add(last ? "" : one.steps().get(i).meanAngleDegrees());
        row.add(last ? "" : one.steps().get(i).largestAngleDegrees());
        states.add(row);
      }
    }
    List<String> ofPairs = new ArrayList<>(List.of("view", "after_layer", "with_layer"));
    List<String> ofStates = new ArrayList<>(List.of("view", "after_layer"));
    addColumns(ofPairs, "cosine", "cosine_of_different_tokens", "cka", "cka_debiased");
    addColumns(ofStates, "effective_rank", "anisotropy");
    ofStates.addAll(List.of("procrustes_to_next", "mean_angle_to_next", "largest_angle_to_next"));
    return List.of(
        new DataTable("similarity", ofPairs, pairs), new DataTable("states", ofStates, states));
  }

  private static void add(List<Object> row, Estimate... values) {
    for (Estimate value : values) {
      row.addAll(List.of(value.value(), value.low(), value.high()));
    }
  }

  private static void addColumns(List<String> columns, String... names) {
    for (String name : names) {
      columns.addAll(List.of(name, name + "_low", name + "_high"));
    }
  }
}
