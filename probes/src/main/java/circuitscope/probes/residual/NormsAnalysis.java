package circuitscope.probes.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long the residual stream is at each layer and token, and which dimensions make it so.
 *
 * <p>A few dimensions can hold most of a state's squared length (Timkey and van Schijndel 2021);
 * values beyond 100 and beyond 1,000 times the layer's median |value| are "massive activations"
 * (Sun et al. 2024).
 */
public final class NormsAnalysis implements Analysis<NormsAnalysis.Parameters, Norms> {
  static final double MASSIVE = 100;
  static final double MASSIVE_RATIO = 1000;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "128",
              min = 1,
              unit = "tokens")
          int maxTokens,
      @Param(help = "Dimensions named at each layer", byDefault = "5", min = 1) int top) {}

  @Override
  public String id() {
    return "residual.norms";
  }

  @Override
  public String title() {
    return "Norms of the residual stream";
  }

  @Override
  public String description() {
    return "Length of the residual stream by layer and token, and the dimensions that hold most of"
        + " it: large dimensions and massive activations (Sun et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'It is a truth universally acknowledged'";
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
  public Norms run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    try (TokenRows rows = subject.rows(p.maxTokens(), 1)) {
      int[] ids = rows.next(1).stream().map(TokenWindow::ids).findFirst().orElseThrow();
      List<Site> states = LensAnalysis.states(model.spec());
      progress.begin(states.size(), "states");
      List<Norms.State> found = new ArrayList<>();
      try (Trace trace = Recorder.of(model.spec(), states).record(model, TokenBatch.of(ids))) {
        for (Site site : states) {
          try (NDManager scope = model.newManager()) {
            NDArray x = trace.get(site).squeeze(0);
            x.attach(scope);
            int top = Math.min(p.top(), model.spec().dModel());
            found.add(state(x.toType(DataType.FLOAT32, false), top, scope));
          }
          progress.advance(1);
        }
      }
      return new Norms(IntStream.of(ids).mapToObj(subject::label).toList(), found, rows.read());
    }
  }

  /**
   * @param x {@code [position, dModel]}
   */
  private static Norms.State state(NDArray x, int top, NDManager scope) {
    x.attach(scope);
    NDArray squares = x.square();
    NDArray size = x.abs();
    NDArray lengths = squares.sum(new int[] {1}).sqrt(); // [position]
    NDArray held = squares.div(squares.sum(new int[] {1}, true)).mean(new int[] {0}); // [dModel]
    NDArray sorted = size.flatten().sort();
    long count = sorted.size();
    double median = sorted.getFloat(count / 2);
    boolean massive = sorted.getFloat(count - 1) > MASSIVE;
    double threshold = Math.max(MASSIVE, MASSIVE_RATIO * median);
    long beyond = massive ? size.gt(threshold).toType(DataType.INT64, false).sum().getLong() : 0;
    NDList largest = held.topK(top, -1, true, true);
    long[] dims = largest.get(1).toType(DataType.INT64, false).toLongArray();
    float[] shares = largest.get(0).toFloatArray();
    List<Norms.Dimension> dimensions = new ArrayList<>();
    for (int i = 0; i < top; i++) {
      NDArray column = x.get(scope, new NDIndex(":, {}", dims[i])); // [position]
      int at = (int) column.abs().argMax().getLong();
      double value = column.getFloat(at);
      double ratio = Math.abs(value) / median;
      dimensions.add(new Norms.Dimension((int) dims[i], shares[i], value, at, ratio));
    }
    float[] norms = lengths.toFloatArray();
    double[] wide = IntStream.range(0, norms.length).mapToDouble(i -> norms[i]).toArray();
    return new Norms.State(wide, median, beyond, dimensions);
  }
}
