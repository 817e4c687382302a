package circuitscope.probes.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads states of the residual stream as the model would read its last one: final norm, its
 * statistics computed afresh from each state ("lens norm"), unembedding, softmax.
 *
 * <p>Goes through the tokens piece by piece and, of each piece, state by state, so that logits of
 * one state of one piece are alive beside the last state's; what is told is reduced on the device.
 *
 * @param model whose final norm and unembedding read
 * @param top how many most likely tokens are kept
 * @param watched a token whose logit is kept too; −1 for none
 */
public record LensReader(Model model, int top, int watched) {
  /** Values of a piece's logits. */
  private static final long LOGITS_AT_ONCE = 1L << 25;

  /** Arrays as large as a piece's logits that are alive at once. */
  private static final int ALIVE = 6;

  private static final int SINGLE_COLUMNS = 6;

  /**
   * What one state says at each token, one entry a token but for the first two.
   *
   * @param topIds {@code [token, top]} most likely first
   * @param topLogProbs {@code [token, top]} nats
   * @param entropyNats of the state's distribution
   * @param klNats KL(last state ‖ this state)
   * @param finalRank rank, from 1, of the token that the last state finds most likely
   * @param finalLogProb log-probability of that token, nats
   * @param nextLogProb log-probability of the token that follows in the text, nats
   * @param watchedLogit NaN when none is watched
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Reading(
      int[] topIds,
      float[] topLogProbs,
      float[] entropyNats,
      float[] klNats,
      int[] finalRank,
      float[] finalLogProb,
      float[] nextLogProb,
      float[] watchedLogit) {

    private static Reading empty(int tokens, int top) {
      return new Reading(
          new int[tokens * top],
          new float[tokens * top],
          new float[tokens],
          new float[tokens],
          new int[tokens],
          new float[tokens],
          new float[tokens],
          new float[tokens]);
    }

    private int top() {
      return topIds.length / entropyNats.length;
    }

    /** Takes over a piece, {@code [token, column]} as {@link LensReader#columns} orders them. */
    private void put(int from, float[] piece) {
      int k = top();
      int width = 2 * k + SINGLE_COLUMNS;
      for (int i = 0; i < piece.length / width; i++) {
        int token = from + i;
        int at = i * width;
        for (int j = 0; j < k; j++) {
          topIds[token * k + j] = (int) piece[at + j];
          topLogProbs[token * k + j] = piece[at + k + j];
        }
        at += 2 * k;
        entropyNats[token] = piece[at];
        klNats[token] = Math.max(0, piece[at + 1]);
        finalRank[token] = 1 + (int) piece[at + 2];
        finalLogProb[token] = piece[at + 3];
        nextLogProb[token] = piece[at + 4];
        watchedLogit[token] = piece[at + 5];
      }
    }
  }

  /** Pieces of one size, as nearly as can be: a small rest would cost nearly as much as a piece. */
  private int rowsAtOnce(long tokens) {
    long most = Math.clamp(LOGITS_AT_ONCE / model.spec().vocab(), 1, tokens);
    long pieces = Math.ceilDiv(tokens, most);
    return (int) Math.ceilDiv(tokens, pieces);
  }

  /** Bytes that recording the streams of a run of that size and reading them takes at its peak. */
  public long bytes(int batch, int positions) {
    long tokens = (long) batch * positions;
    long streams = (model.spec().layers() + 1) * tokens * model.spec().dModel();
    long run =
        MemoryEstimate.run(model.spec(), model.precision(), batch, positions, 0, false).bytes();
    long reading = 4L * ALIVE * rowsAtOnce(tokens) * model.spec().vocab();
    return streams * model.precision().bytes() + Math.max(run, reading);
  }

  /**
   * Reads every state.
   *
   * @param states {@code [batch, position, dModel]} each, the last one that of the model's answer
   * @param next {@code [batch × position]} the token that follows each; any id where none does
   */
  public List<Reading> read(List<NDArray> states, int[] next, Progress progress) {
    int tokens = next.length;
    List<Reading> readings = new ArrayList<>();
    states.forEach(state -> readings.add(Reading.empty(tokens, top)));
    int rows = rowsAtOnce(tokens);
    progress.begin((long) tokens * states.size(), "readings");
    for (int from = 0; from < tokens; from += rows) {
      int to = Math.min(tokens, from + rows);
      try (NDManager piece = model.newManager()) {
        readPiece(states, Arrays.copyOfRange(next, from, to), from, piece, readings, progress);
      }
    }
    return readings;
  }

  private void readPiece(
      List<NDArray> states,
      int[] next,
      int from,
      NDManager piece,
      List<Reading> readings,
      Progress progress) {
    int last = states.size() - 1;
    long[] following = Arrays.stream(next).asLongStream().toArray();
    NDArray nextIds = piece.create(following, new Shape(next.length, 1));
    Final end;
    try (NDManager scope = piece.newSubManager()) {
      Logits own = logits(states.get(last), from, next.length, scope);
      end = Final.of(own.logProbs(), piece);
      readings.get(last).put(from, columns(own, end, nextIds));
    }
    for (int state = 0; state < last; state++) {
      try (NDManager scope = piece.newSubManager()) {
        Logits own = logits(states.get(state), from, next.length, scope);
        readings.get(state).put(from, columns(own, end, nextIds));
      }
      progress.advance(next.length);
    }
    progress.advance(next.length);
  }

  /** What the last state says: its choice, its distribution, and Σ p·log p. */
  private record Final(NDArray choice, NDArray probs, NDArray negativeEntropy) {
    static Final of(NDArray logProbs, NDManager owner) {
      NDArray probs = logProbs.exp();
      NDArray negativeEntropy = sumOfProducts(logProbs, probs);
      Final end = new Final(logProbs.argMax(-1).expandDims(1), probs, negativeEntropy);
      end.choice().attach(owner);
      probs.attach(owner);
      negativeEntropy.attach(owner);
      return end;
    }
  }

  /**
   * What one state of a piece says.
   *
   * @param logProbs {@code [token, vocab]}
   * @param watched {@code [token, 1]} logit; null when none is watched
   */
  private record Logits(NDArray logProbs, @Nullable NDArray watched) {}

  private Logits logits(NDArray state, int from, int tokens, NDManager scope) {
    NDArray flat = state.reshape(-1, model.spec().dModel());
    flat.attach(scope);
    NDArray rows = flat.get(scope, new NDIndex("{}:{}", from, from + tokens));
    try (NDArray out = model.readOut(rows.expandDims(0), scope);
        NDArray logits = out.squeeze(0).toType(DataType.FLOAT32, false)) {
      return new Logits(logits.logSoftmax(-1), watchedColumn(logits));
    }
  }

  private @Nullable NDArray watchedColumn(NDArray logits) {
    return watched < 0
        ? null
        : logits.get(new NDIndex(":, {}:{}", watched, watched + 1)).duplicate();
  }

  /**
   * {@code [token, 2 top + 6]}: everything told of one state, in one transfer. What is as large as
   * the logits is freed as soon as it is summed.
   */
  private float[] columns(Logits own, Final end, NDArray nextIds) {
    NDArray logProbs = own.logProbs();
    NDList best = logProbs.topK(top, -1, true, true);
    NDArray chosen = logProbs.gather(end.choice(), 1);
    NDList columns = new NDList();
    columns.add(best.get(1).toType(DataType.FLOAT32, false)); // exact below 2^24
    columns.add(best.get(0));
    try (NDArray probs = logProbs.exp()) {
      columns.add(sumOfProducts(logProbs, probs).neg());
    }
    columns.add(sumOfProducts(logProbs, end.probs()).neg().addi(end.negativeEntropy()));
    columns.add(likelier(logProbs, chosen));
    columns.add(chosen);
    columns.add(logProbs.gather(nextIds, 1));
    columns.add(own.watched() == null ? chosen.mul(Float.NaN) : own.watched());
    return NDArrays.concat(columns, 1).toFloatArray();
  }

  /** {@code [token, 1]} Σ a·b over the vocabulary, owned by a's manager. */
  private static NDArray sumOfProducts(NDArray a, NDArray b) {
    try (NDArray products = a.mul(b)) {
      return products.sum(new int[] {-1}, true);
    }
  }

  /** {@code [token, 1]} how many tokens are likelier than the chosen one. */
  private static NDArray likelier(NDArray logProbs, NDArray chosen) {
    try (NDArray isLikelier = logProbs.gt(chosen);
        NDArray counted = isLikelier.toType(DataType.FLOAT32, false)) {
      return counted.sum(new int[] {-1}, true);
    }
  }
}
