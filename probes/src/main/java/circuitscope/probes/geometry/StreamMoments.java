package circuitscope.probes.geometry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * First and second moments of a model's residual stream, summed on its device in one pass.
 *
 * <p>X_l {@code [token, dModel]} is the stream before any norm: l = 0 is what enters the first
 * layer, l = L what leaves the last. Y_in is the embedding of each token without its position (with
 * the family's own scale, norm or projection), Y_out = X_L. Kept are the sums of each and the
 * matrices XᵀX, XᵀY_in and XᵀY_out, {@code [dModel, dModel]}, products and sums in FP64: the map is
 * steep where the stream hardly varies, and FP32 or TF32 products would drown those directions.
 */
final class StreamMoments implements AutoCloseable {
  private static final double REFUSED_SHARE = 0.01;

  private final Model model;
  private final NDManager own;
  private final int states;
  private final int width;
  private final NDArray[] sums; // [state], the embedding last: [dModel]
  private final NDArray[] grams; // [state]: [dModel, dModel]
  private final NDArray[] toInput;
  private final NDArray[] toOutput;
  private long tokens;
  private long dropped;

  /** Runs the model over all tokens. The caller closes the result. */
  static StreamMoments of(Model model, Iterable<TokenBatch> batches, Progress progress) {
    StreamMoments moments = new StreamMoments(model);
    try {
      for (TokenBatch batch : batches) {
        moments.add(batch);
        progress.advance(batch.batch());
      }
      moments.refuseNotFinite();
      return moments;
    } catch (RuntimeException e) {
      moments.close();
      throw e;
    }
  }

  private StreamMoments(Model model) {
    this.model = model;
    own = model.newManager();
    states = model.spec().layers() + 1;
    width = model.spec().dModel();
    new MemoryEstimate(
            "the second moments of %d states of width %d".formatted(states, width),
            3L * states * width * width * Double.BYTES,
            "run it on a device with more memory")
        .check(model.device());
    sums = zeros(states + 1, new Shape(width));
    Shape square = new Shape(width, width);
    grams = zeros(states, square);
    toInput = zeros(states, square);
    toOutput = zeros(states - 1, square); // that of the last is its own Gram matrix
  }

  private NDArray[] zeros(int count, Shape shape) {
    return IntStream.range(0, count)
        .mapToObj(i -> own.zeros(shape, DataType.FLOAT64))
        .toArray(NDArray[]::new);
  }

  private void add(TokenBatch batch) {
    try (NDManager scope = model.newManager()) {
      NDArray[] rows = new NDArray[states + 1]; // [state]: [token, dModel]
      model.run(batch, new Reader(rows, scope));
      long read = rows[0].getShape().get(0);
      tokens += read;
      rows = finite(rows, scope);
      long kept = rows[0].getShape().get(0);
      dropped += read - kept;
      if (kept == 0) {
        return;
      }
      for (int state = 0; state <= states; state++) {
        add(sums[state], rows[state].sum(new int[] {0}));
      }
      for (int state = 0; state < states; state++) {
        NDArray transposed = rows[state].transpose();
        add(grams[state], transposed.matMul(rows[state]));
        add(toInput[state], transposed.matMul(rows[states]));
        if (state < states - 1) {
          add(toOutput[state], transposed.matMul(rows[states - 1]));
        }
      }
    }
  }

  private static void add(NDArray sum, NDArray term) {
    try (term) {
      sum.addi(term);
    }
  }

  /** The rows of tokens whose values are finite in every state. */
  private static NDArray[] finite(NDArray[] rows, NDManager scope) {
    NDArray ofTokens = rows[0].sum(new int[] {1});
    for (int state = 1; state < rows.length; state++) {
      ofTokens.addi(rows[state].sum(new int[] {1}));
    }
    double[] values = ofTokens.toDoubleArray();
    if (Arrays.stream(values).allMatch(Double::isFinite)) {
      return rows;
    }
    long[] kept =
        IntStream.range(0, values.length)
            .filter(i -> Double.isFinite(values[i]))
            .asLongStream()
            .toArray();
    NDArray[] finite = new NDArray[rows.length];
    for (int state = 0; state < rows.length; state++) {
      finite[state] =
          kept.length == 0
              ? scope.zeros(new Shape(0, rows[state].getShape().get(1)))
              : rows[state].get(scope, new NDIndex("{}", scope.create(kept)));
    }
    return finite;
  }

  private void refuseNotFinite() {
    if (dropped >= REFUSED_SHARE * tokens) {
      throw new ArithmeticException(
          "the residual stream of %s is not finite at %,d of %,d tokens (1 %% and more is refused)"
                  .formatted(model.identity().origin(), dropped, tokens)
              + "; run the model in a wider --dtype");
    }
  }

  /** L + 1. */
  int states() {
    return states;
  }

  int width() {
    return width;
  }

  /** Tokens that were summed. */
  long kept() {
    return tokens - dropped;
  }

  /** Tokens left out because a value was not finite. */
  long dropped() {
    return dropped;
  }

  /** Centred XᵀX, row-major {@code [dModel, dModel]}. */
  double[] gram(int state) {
    return centred(grams[state], state, state);
  }

  /** Centred XᵀY_in, row-major {@code [dModel, dModel]}. */
  double[] toInput(int state) {
    return centred(toInput[state], state, states);
  }

  /** Centred XᵀY_out, row-major {@code [dModel, dModel]}. */
  double[] toOutput(int state) {
    return state == states - 1 ? gram(state) : centred(toOutput[state], state, states - 1);
  }

  /** Mean of X_l, {@code [dModel]}. */
  double[] mean(int state) {
    double[] mean = sums[state].toDoubleArray();
    for (int i = 0; i < width; i++) {
      mean[i] /= kept();
    }
    return mean;
  }

  private synchronized double[] centred(NDArray products, int left, int right) {
    double[] matrix = products.toDoubleArray();
    double[] x = sums[left].toDoubleArray();
    double[] y = sums[right].toDoubleArray();
    for (int i = 0; i < width; i++) {
      double mean = x[i] / kept();
      for (int j = 0; j < width; j++) {
        matrix[i * width + j] -= mean * y[j];
      }
    }
    return matrix;
  }

  @Override
  public void close() {
    own.close();
  }

  /** Takes each state of the stream, widened, as {@code [token, dModel]}. */
  private final class Reader implements Taps {
    private final NDArray[] rows;
    private final NDManager scope;

    Reader(NDArray[] rows, NDManager scope) {
      this.rows = rows;
      this.scope = scope;
    }

    private int state(Site site) {
      return switch (site.kind()) {
        case RESID_PRE -> site.layer();
        case RESID_POST -> site.layer() == states - 2 ? states - 1 : -1;
        case EMBED -> states;
        default -> -1;
      };
    }

    @Override
    public boolean wants(Site site) {
      return state(site) >= 0;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      int state = state(site);
      rows[state] = value.reshape(-1, width).toType(DataType.FLOAT64, true);
      rows[state].attach(scope);
      return value;
    }
  }
}
