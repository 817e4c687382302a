package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Estimate.Resamples;
import circuitscope.probes.trace.PatternReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one set of rows that serves every measure: each layer's pattern is reduced to a few
 * sums as it is made, on its device, and forgotten.
 */
final class PatternSums {
  private final List<List<Measure>> measures; // [row][measure]
  private final int draws;
  private final int inLayer; // heads of a layer
  private final int heads; // of all layers
  private final Chunk[] chunkOf; // [row]
  private final Map<NullScores.Wanted, KindScores> kinds = new HashMap<>();

  /**
   * What was read off the patterns of rows that ran together.
   *
   * @param sums {@code [layer, 2 + SUMS · measure, row · head]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read here, never compared
  private record Chunk(int from, int rows, float[] sums) {}

  private PatternSums(List<List<Measure>> measures, int draws, DecoderSpec spec) {
    this.measures = measures;
    this.draws = draws;
    this.inLayer = spec.attention().heads();
    this.heads = spec.layers() * inLayer;
    this.chunkOf = new Chunk[measures.size()];
  }

  /**
   * Runs the model once over the rows.
   *
   * @param measures {@code [row][measure]}, the same kinds for every row
   * @param wanted which of them are to be scored, and how
   * @param batch rows at once, at most; fewer where patterns are large
   * @param draws of each measure's shuffled-position null
   */
  static PatternSums of(
      Model model,
      int[][] rows,
      List<List<Measure>> measures,
      Collection<NullScores.Wanted> wanted,
      int batch,
      int draws,
      long seed,
      Progress progress) {
    DecoderSpec spec = model.spec();
    PatternSums all = new PatternSums(measures, draws, spec);
    Map<NullScores.Wanted, Integer> counted = new LinkedHashMap<>();
    for (NullScores.Wanted one : wanted) {
      counted.put(one, all.counted(one).length);
    }
    progress.begin(rows.length, "rows");
    try (NDManager pass = model.newManager()) {
      NullScores nulls = new NullScores(counted, draws, pass);
      int from = 0;
      while (from < rows.length) {
        int positions = rows[from].length;
        int to = from + PatternReader.rowsAtOnce(spec, positions, batch);
        to = Math.min(to, rows.length);
        while (rows[to - 1].length != positions) {
          to--;
        }
        all.run(model, rows, from, to, seed, nulls);
        progress.advance(to - from);
        from = to;
      }
      all.score(nulls.chances(), seed, pass);
    }
    return all;
  }

  private void run(Model model, int[][] rows, int from, int to, long seed, NullScores nulls) {
    try (NDManager scope = model.newManager()) {
      Map<List<Measure>, RowPlan> known = new HashMap<>();
      List<RowPlan> plans = new ArrayList<>();
      for (int row = from; row < to; row++) {
        plans.add(
            known.computeIfAbsent(
                measures.get(row),
                wanted -> new RowPlan(wanted, rows[from].length, draws, seed, scope)));
      }
      NullScores.Piece piece = nulls.piece(measures.subList(from, to), scope);
      NDArray[] layers = new NDArray[model.spec().layers()];
      PatternReader reader =
          new PatternReader((layer, pattern) -> layers[layer] = read(pattern, plans, scope));
      model.run(TokenBatch.of(Arrays.copyOfRange(rows, from, to)), reader);
      float[] sums = piece.add(new NDList(layers), scope).toFloatArray();
      Arrays.fill(chunkOf, from, to, new Chunk(from, to - from, sums));
    }
  }

  /** Scores all that has a row with a score; those of as many rows are resampled together. */
  private void score(Map<NullScores.Wanted, Chance> chances, long seed, NDManager device) {
    Map<Integer, List<NullScores.Wanted>> byRows =
        chances.keySet().stream().collect(Collectors.groupingBy(one -> counted(one).length));
    byRows.remove(0);
    byRows.forEach(
        (rows, together) -> {
          double[][] scores = new double[rows][together.size() * heads];
          IntStream.range(0, together.size())
              .parallel()
              .forEach(i -> putScores(together.get(i), scores, i * heads));
          Estimate[] means = RowMeans.of(scores, Resamples.of(rows, seed), device);
          for (int i = 0; i < together.size(); i++) {
            NullScores.Wanted one = together.get(i);
            Estimate[] ofHeads = Arrays.copyOfRange(means, i * heads, (i + 1) * heads);
            kinds.put(one, KindScores.of(ofHeads, Objects.requireNonNull(chances.get(one))));
          }
        });
  }

  /**
   * Scores each row that has a score.
   *
   * @param into {@code [row][head]}, from head {@code first} on
   */
  private void putScores(NullScores.Wanted wanted, double[][] into, int first) {
    int[] rows = counted(wanted);
    for (int i = 0; i < rows.length; i++) {
      for (int head = 0; head < heads; head++) {
        double mass = value(rows[i], head, 2 + RowPlan.SUMS * wanted.measure());
        Counting.Rest rest = rest(rows[i], head, wanted.measure());
        into[i][first + head] = wanted.counting().score(mass, rest);
      }
    }
  }

  /** {@code [value, row · head]}; see {@link RowPlan#read}. */
  private static NDArray read(NDArray pattern, List<RowPlan> plans, NDManager owner) {
    if (plans.stream().distinct().count() == 1) {
      return plans.getFirst().read(pattern, owner);
    }
    try (NDList rows = new NDList()) {
      for (int row = 0; row < plans.size(); row++) {
        try (NDArray one = pattern.get(new NDIndex("{}:{}", row, row + 1))) {
          rows.add(plans.get(row).read(one, owner));
        }
      }
      return NDArrays.concat(rows, 1);
    }
  }

  private int sums() {
    return 2 + RowPlan.SUMS * measures.getFirst().size();
  }

  int draws() {
    return draws;
  }

  /** The scores, where any row has one. */
  @Nullable KindScores kind(NullScores.Wanted wanted) {
    return kinds.get(wanted);
  }

  /** {@code [head]} share of attention that the measure's exclusions leave. */
  double[] surviving(NullScores.Wanted wanted) {
    int[] rows = counted(wanted);
    double[] surviving = new double[heads];
    for (int row : rows) {
      for (int head = 0; head < heads; head++) {
        Counting.Rest all = rest(row, head, wanted.measure());
        double share =
            wanted.counting() == Counting.MUL_TARGET_ROWS
                ? all.keptOfTargetRows() / all.targetRows()
                : all.kept() / all.positions();
        surviving[head] += share / rows.length;
      }
    }
    return surviving;
  }

  /** The rows that have a score. */
  private int[] counted(NullScores.Wanted wanted) {
    return IntStream.range(0, measures.size())
        .filter(
            row ->
                !wanted.counting().needsTargets()
                    || measures.get(row).get(wanted.measure()).targetRows() > 0)
        .toArray();
  }

  private Counting.Rest rest(int row, int head, int measure) {
    int first = 2 + RowPlan.SUMS * measure;
    return measures
        .get(row)
        .get(measure)
        .rest(value(row, head, first + 1), value(row, head, first + 2));
  }

  private float value(int row, int head, int value) {
    Chunk chunk = chunkOf[row];
    int at = (head / inLayer * sums() + value) * chunk.rows() + row - chunk.from();
    return chunk.sums()[at * inLayer + head % inLayer];
  }

  /** {@code [head]} mean attention on key 0, of the queries from 1 on. */
  double[] sink() {
    return mean(0);
  }

  /** {@code [head]} mean attention on the query's own position, of the queries from 1 on. */
  double[] self() {
    return mean(1);
  }

  private double[] mean(int value) {
    double[] mean = new double[heads];
    for (int row = 0; row < measures.size(); row++) {
      for (int head = 0; head < heads; head++) {
        mean[head] += value(row, head, value) / (double) measures.size();
      }
    }
    return mean;
  }
}
