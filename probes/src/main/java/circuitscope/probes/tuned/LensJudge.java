package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How far lenses are from what the model says in the end: by layer KL(final ‖ lens) and the loss of
 * the token that comes next, of each window of a text.
 */
final class LensJudge {
  /** The logit lens, beside those that were trained. */
  static final String LOGIT_LENS = "logit lens";

  private final Model model;
  private final LensStreams streams;
  private final List<@Nullable TunedLens> lenses = new ArrayList<>(); // null: the logit lens
  private final List<String> names = new ArrayList<>();
  private final List<Window> windows = new ArrayList<>();

  /**
   * Sums over the scored positions of a window, those after which a token follows.
   *
   * @param apart of a divergence {@code [lens][layer]}
   * @param lossNats {@code [lens][layer]}
   * @param modelNats loss of the model itself
   * @param bytes of text that the tokens that follow stand for
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Window(
      Map<Divergence, double[][]> apart,
      double[][] lossNats,
      double[] modelNats,
      long positions,
      long bytes) {
    double[][] apart(Divergence kind) {
      return Objects.requireNonNull(apart.get(kind));
    }
  }

  /** A judge of the logit lens and of lenses by their names. */
  LensJudge(Model model, Map<String, TunedLens> tuned) {
    this.model = model;
    streams = new LensStreams(model, true);
    names.add(LOGIT_LENS);
    lenses.add(null);
    names.addAll(tuned.keySet());
    lenses.addAll(tuned.values());
  }

  List<String> names() {
    return names;
  }

  List<Window> windows() {
    return windows;
  }

  /** Reads the subject's text and says what was read. */
  TokensRead read(Subject subject, int length, int batch, long limit, Progress progress) {
    try (TokenRows rows = subject.rows(length, limit)) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> some = rows.next(batch); !some.isEmpty(); some = rows.next(batch)) {
        if (some.getFirst().size() > 1) {
          judge(some);
        }
        progress.advanceTo(rows.done());
      }
      if (windows.isEmpty()) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": a lens is judged on two tokens at least");
      }
      return rows.read();
    }
  }

  private void judge(List<TokenWindow> some) {
    TokenBatch tokens = TokenBatch.of(some.stream().map(TokenWindow::ids).toList());
    List<Window> batch = some.stream().map(this::empty).toList();
    try (Trace trace = streams.record(tokens)) {
      LensStreams.Rows rows = streams.of(trace);
      int atOnce = LensStreams.rowsAtOnce(model);
      for (long from = 0; from < rows.count(); from += atOnce) {
        judge(rows, from, Math.min(rows.count(), from + atOnce), batch);
      }
    }
    windows.addAll(batch);
  }

  private Window empty(TokenWindow window) {
    int layers = model.spec().layers();
    long bytes = 0;
    for (int i = 1; i < window.size(); i++) {
      bytes += window.byteLengths()[i];
    }
    Map<Divergence, double[][]> apart = new EnumMap<>(Divergence.class);
    for (Divergence one : Divergence.values()) {
      apart.put(one, new double[names.size()][layers]);
    }
    double[][] loss = new double[names.size()][layers];
    return new Window(apart, loss, new double[1], window.size() - 1, bytes);
  }

  private void judge(LensStreams.Rows rows, long from, long to, List<Window> batch) {
    NDIndex some = new NDIndex("{}:{}", from, to);
    try (NDManager piece = model.newManager()) {
      NDArray next = rows.next().get(piece, some).reshape(-1, 1);
      NDArray last = logProbs(rows.streams().getLast().get(piece, some)); // [row, vocab]
      add(loss(last, next), from, batch, (window, nats) -> window.modelNats()[0] += nats);
      for (int layer = 0; layer < model.spec().layers(); layer++) {
        for (int one = 0; one < names.size(); one++) {
          int lens = one;
          int at = layer;
          try (NDManager scope = piece.newSubManager()) {
            NDArray h = rows.streams().get(layer).get(scope, some);
            TunedLens tuned = lenses.get(one);
            NDArray q = logProbs(tuned == null ? h : tuned.translate(layer, h, scope));
            add(loss(q, next), from, batch, (w, nats) -> w.lossNats()[lens][at] += nats);
            NDArray p = last.duplicate();
            p.attach(scope);
            for (Divergence kind : Divergence.values()) {
              double[] apart = values(kind.of(p, q));
              add(apart, from, batch, (w, value) -> w.apart(kind)[lens][at] += value);
            }
          }
        }
      }
    }
  }

  private NDArray logProbs(NDArray stream) {
    NDArray z = model.readOut(stream, stream.getManager());
    DataType type = z.getDataType() == DataType.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
    return z.toType(type, false).logSoftmax(-1);
  }

  private static double[] loss(NDArray logProbs, NDArray next) {
    return values(logProbs.gather(next, 1).neg().reshape(new Shape(-1)));
  }

  private static double[] values(NDArray rows) {
    return rows.toType(DataType.FLOAT64, false).toDoubleArray();
  }

  /** Adds to a window the nats of a row. */
  @FunctionalInterface
  private interface Sum {
    void add(Window window, double nats);
  }

  private static void add(double[] nats, long from, List<Window> batch, Sum sum) {
    long each = batch.getFirst().positions();
    for (int i = 0; i < nats.length; i++) {
      sum.add(batch.get((int) ((from + i) / each)), nats[i]);
    }
  }
}
