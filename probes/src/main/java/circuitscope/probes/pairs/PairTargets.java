package circuitscope.probes.pairs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Casts;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Right and wrong tokens of rows of logits, as arrays on the device.
 *
 * @param answers token ids {@code [row, n]}, filled up with 0
 * @param answerMask 1 for an answer, 0 for filling {@code [row, n]}
 * @param wrong token ids {@code [row, m]}
 * @param wrongMask {@code [row, m]}
 * @param cleanLogProbs {@code [row, vocab]} of the clean run, which {@link PairMetric#KL} needs
 */
public record PairTargets(
    NDArray answers,
    NDArray answerMask,
    NDArray wrong,
    NDArray wrongMask,
    @Nullable NDArray cleanLogProbs) {

  static PairTargets of(List<PromptPair> pairs, int copies, NDManager owner) {
    return new PairTargets(
        ids(pairs, copies, PromptPair::answers, owner),
        mask(pairs, copies, PromptPair::answers, owner),
        ids(pairs, copies, PromptPair::wrong, owner),
        mask(pairs, copies, PromptPair::wrong, owner),
        null);
  }

  /**
   * The same with the clean run's distribution.
   *
   * @param logits of the clean run at the answers {@code [row, vocab]}, or {@code [pair, vocab]}
   *     for rows that are copies of the pairs
   */
  public PairTargets withClean(NDArray logits) {
    long copies = answers.getShape().get(0) / logits.getShape().get(0);
    NDArray logProbs =
        Casts.to(logits, DataType.FLOAT32).logSoftmax(-1).tile(new long[] {copies, 1});
    logProbs.attach(answers.getManager());
    return new PairTargets(answers, answerMask, wrong, wrongMask, logProbs);
  }

  private static NDArray ids(
      List<PromptPair> pairs, int copies, Function<PromptPair, int[]> tokens, NDManager owner) {
    int width = width(pairs, tokens);
    long[] ids = new long[pairs.size() * copies * width];
    for (int row = 0; row < pairs.size() * copies; row++) {
      int[] own = tokens.apply(pairs.get(row % pairs.size()));
      for (int i = 0; i < own.length; i++) {
        ids[row * width + i] = own[i];
      }
    }
    return owner.create(ids, new Shape((long) pairs.size() * copies, width));
  }

  private static NDArray mask(
      List<PromptPair> pairs, int copies, Function<PromptPair, int[]> tokens, NDManager owner) {
    int width = width(pairs, tokens);
    float[] mask = new float[pairs.size() * copies * width];
    for (int row = 0; row < pairs.size() * copies; row++) {
      int count = tokens.apply(pairs.get(row % pairs.size())).length;
      Arrays.fill(mask, row * width, row * width + count, 1);
    }
    return owner
        .create(mask, new Shape((long) pairs.size() * copies, width))
        .toType(DataType.FLOAT32, false);
  }

  private static int width(List<PromptPair> pairs, Function<PromptPair, int[]> tokens) {
    return Math.max(1, pairs.stream().mapToInt(pair -> tokens.apply(pair).length).max().orElse(1));
  }
}
