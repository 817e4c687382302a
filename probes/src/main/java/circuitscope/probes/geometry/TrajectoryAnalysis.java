package circuitscope.probes.geometry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.geometry.StateScales.View;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Paths of tokens through the layers, in principal components of the stream.
 *
 * <p>With one basis, of all states pooled, the paths can be followed from layer to layer; with a
 * basis a layer each picture stands by itself. The first token is dropped unless asked for: where
 * it is an attention sink it is the first component, and nothing else is seen.
 */
public final class TrajectoryAnalysis
    implements Analysis<TrajectoryAnalysis.Parameters, Trajectories> {
  /** What the components are fitted to. */
  public enum Basis {
    /** All states together: one basis, in which paths can be followed. */
    POOLED,
    /** Each state by itself: bases that cannot be compared. */
    LAYER
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "What the components are fitted to", byDefault = "pooled") Basis basis,
      @Param(help = "How dimensions are seen", byDefault = "raw") View view,
      @Param(help = "Keep the first token of each sequence", byDefault = "false") boolean keepFirst,
      @Param(
              help = "A dimension is massive beyond this multiple of the median root mean square",
              byDefault = "10",
              min = 1)
          double massive,
      @Param(help = "Tokens at the beginning whose paths are drawn", byDefault = "8", min = 1)
          int tokens,
      @Param(help = "Principal components", byDefault = "2", min = 2, max = 8) int components,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "8", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Fit to so many sequences at most",
              byDefault = "64",
              min = 1,
              unit = "sequences")
          long maxSequences) {}

  @Override
  public String id() {
    return "residual.trajectories";
  }

  @Override
  public String title() {
    return "Paths of tokens through the layers";
  }

  @Override
  public String description() {
    return "Where tokens go from layer to layer, in principal components of the residual stream.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --tokens 8 --view z-scored";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public Trajectories run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    List<TokenBatch> batches = new ArrayList<>();
    TokensRead read;
    try (TokenRows rows = subject.rows(p.length(), p.maxSequences())) {
      for (List<TokenWindow> some = rows.next(p.batch());
          !some.isEmpty();
          some = rows.next(p.batch())) {
        if (some.getFirst().size() > 1) {
          batches.add(TokenBatch.of(some.stream().map(TokenWindow::ids).toList()));
        }
      }
      read = rows.read();
    }
    if (batches.isEmpty()) {
      throw new IllegalArgumentException(read.source() + ": a path needs two tokens at least");
    }
    boolean drop = !p.keepFirst();
    Progress scaling = progress.step("scales", 0.4);
    scaling.begin(read.windows(), "sequences");
    StateScales scales = StateScales.of(model, batches, drop, p.massive(), scaling);
    Progress fitting = progress.step("components", 0.6);
    fitting.begin(read.windows(), "sequences");
    double[][] grams = grams(model, batches, drop, scales, fitting);
    Fit fit = Fit.of(grams, scales, p);
    int[] ids = batches.getFirst().ids()[0];
    int first = drop ? 1 : 0;
    int[] drawn = Arrays.copyOfRange(ids, first, Math.min(ids.length, first + p.tokens()));
    List<String> labels = Arrays.stream(drawn).mapToObj(subject::label).toList();
    TokenBatch one = TokenBatch.of(Arrays.copyOf(ids, first + drawn.length));
    return new Trajectories(
        p.basis(),
        p.view(),
        labels,
        paths(model, one, drop, fit),
        IntStream.range(0, grams.length)
            .mapToObj(state -> fit.project(state, scales.means()[state]))
            .toArray(double[][]::new),
        fit.axes().stream().map(PrincipalAxes::explained).toArray(double[][]::new),
        scales.massive().stream().boxed().toList(),
        p.keepFirst(),
        scales.tokens(),
        read);
  }

  /** Centred XᵀX of each state. */
  private static double[][] grams(
      Model model, List<TokenBatch> batches, boolean drop, StateScales scales, Progress progress) {
    int states = scales.means().length;
    int width = scales.means()[0].length;
    try (NDManager own = model.newManager()) {
      NDArray[] grams = new NDArray[states];
      NDArray[] means = new NDArray[states];
      for (int state = 0; state < states; state++) {
        grams[state] = own.zeros(new Shape(width, width), DataType.FLOAT64);
        means[state] = own.create(scales.means()[state]);
      }
      for (TokenBatch batch : batches) {
        try (NDManager scope = model.newManager()) {
          NDArray[] rows = StateReader.read(model, batch, drop, scope);
          for (int state = 0; state < states; state++) {
            NDArray centred = rows[state].sub(means[state]);
            grams[state].addi(centred.transpose().matMul(centred));
          }
        }
        progress.advance(batch.batch());
      }
      return Arrays.stream(grams).map(NDArray::toDoubleArray).toArray(double[][]::new);
    }
  }

  /** By token and state the coordinates. */
  private static double[][][] paths(Model model, TokenBatch one, boolean drop, Fit fit) {
    try (NDManager scope = model.newManager()) {
      NDArray[] rows = StateReader.read(model, one, drop, scope);
      int tokens = Math.toIntExact(rows[0].getShape().get(0));
      int width = Math.toIntExact(rows[0].getShape().get(1));
      double[][][] paths = new double[tokens][rows.length][];
      for (int state = 0; state < rows.length; state++) {
        double[] flat = rows[state].toDoubleArray();
        for (int token = 0; token < tokens; token++) {
          double[] point = Arrays.copyOfRange(flat, token * width, (token + 1) * width);
          paths[token][state] = fit.project(state, point);
        }
      }
      return paths;
    }
  }

  /**
   * Axes of each state, the same for all where they are pooled, with what is subtracted before and
   * by what dimensions are multiplied.
   */
  private record Fit(List<PrincipalAxes> axes, double[][] origins, double[][] factors) {

    static Fit of(double[][] grams, StateScales scales, Parameters p) {
      int states = grams.length;
      if (p.basis() == Basis.LAYER) {
        double[][] factors =
            IntStream.range(0, states)
                .mapToObj(state -> scales.factors(p.view(), state))
                .toArray(double[][]::new);
        List<PrincipalAxes> axes =
            IntStream.range(0, states).mapToObj(s -> axes(grams[s], factors[s], p)).toList();
        return new Fit(axes, scales.means(), factors);
      }
      StateScales pooled = scales.pooled();
      double[] factors = pooled.factors(p.view(), 0);
      PrincipalAxes axes = axes(pooledGram(grams, scales, pooled.means()[0]), factors, p);
      return new Fit(
          Collections.nCopies(states, axes),
          Collections.nCopies(states, pooled.means()[0]).toArray(double[][]::new),
          Collections.nCopies(states, factors).toArray(double[][]::new));
    }

    private static PrincipalAxes axes(double[] gram, double[] factors, Parameters p) {
      return PrincipalAxes.of(
          Subspaces.scaled(gram, factors, factors), factors.length, p.components());
    }

    /** Σ over states of XᵀX about the mean of all: each about its own, and its mean's distance. */
    private static double[] pooledGram(double[][] grams, StateScales scales, double[] mean) {
      int d = mean.length;
      double[] sum = new double[d * d];
      for (int state = 0; state < grams.length; state++) {
        double[] own = scales.means()[state];
        for (int i = 0; i < sum.length; i++) {
          double apart = (own[i / d] - mean[i / d]) * (own[i % d] - mean[i % d]);
          sum[i] += grams[state][i] + scales.tokens() * apart;
        }
      }
      return sum;
    }

    double[] project(int state, double[] point) {
      double[] scaled = new double[point.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (point[i] - origins[state][i]) * factors[state][i];
      }
      return axes.get(state).project(scaled);
    }
  }
}
