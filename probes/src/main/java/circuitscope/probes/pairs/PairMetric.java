package circuitscope.probes.pairs;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Casts;
import java.util.Objects;

/** How well a run answers, one number a pair, differentiable. */
public enum PairMetric {
  /** Mean logit of the answers minus mean logit of the wrong tokens (Wang et al. 2023). */
  LOGIT_DIFFERENCE("logit difference", "logits"),
  /** log Σ P(answer). */
  ANSWER_LOG_PROBABILITY("log-probability of the answer", "nats"),
  /** Σ P(answer) − Σ P(wrong) (Hanna et al. 2023, greater-than). */
  PROBABILITY_DIFFERENCE("probability difference", ""),
  /** KL(clean run ‖ this run) of the next token: 0 for the clean run itself. */
  KL("KL from the clean run", "nats");

  private final String title;
  private final String unit;

  PairMetric(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  public String title() {
    return title;
  }

  public String unit() {
    return unit;
  }

  /** Whether pairs must name wrong tokens. */
  public boolean needsWrong() {
    return this == LOGIT_DIFFERENCE || this == PROBABILITY_DIFFERENCE;
  }

  /**
   * The metric of each row.
   *
   * @param logits {@code [row, vocab]}, those at the answers ({@link PairBatch#atAnswers})
   * @param targets of the same rows; for {@link #KL} with the clean run's distribution
   * @return {@code [row]}, FP32 (FP64 for logits in FP64)
   */
  public NDArray of(NDArray logits, PairTargets targets) {
    NDArray wide =
        logits.getDataType() == DataType.FLOAT64 ? logits : Casts.to(logits, DataType.FLOAT32);
    NDArray right = targets.answerMask();
    NDArray wrong = targets.wrongMask();
    return switch (this) {
      case LOGIT_DIFFERENCE ->
          mean(wide.gather(targets.answers(), 1), right)
              .sub(mean(wide.gather(targets.wrong(), 1), wrong));
      case ANSWER_LOG_PROBABILITY -> {
        NDArray each = wide.logSoftmax(-1).gather(targets.answers(), 1).add(right.log());
        NDIndex first = new NDIndex(":, 0"); // always an answer
        yield each.get(first).sub(each.logSoftmax(-1).get(first)); // log Σ exp
      }
      case PROBABILITY_DIFFERENCE -> {
        NDArray probabilities = wide.softmax(-1);
        yield probabilities
            .gather(targets.answers(), 1)
            .mul(right)
            .sum(new int[] {1})
            .sub(probabilities.gather(targets.wrong(), 1).mul(wrong).sum(new int[] {1}));
      }
      case KL -> {
        NDArray clean = Objects.requireNonNull(targets.cleanLogProbs(), "the clean run's");
        yield clean.exp().mul(clean.sub(wide.logSoftmax(-1))).sum(new int[] {1});
      }
    };
  }

  private static NDArray mean(NDArray logits, NDArray mask) {
    int[] row = {1};
    return logits.mul(mask).sum(row).div(mask.sum(row));
  }

  /**
   * How much of the way from the corrupted to the clean run a run went: 0 is the corrupted run, 1
   * the clean one. Not finite where the two do not differ.
   */
  public static double normalised(double patched, double clean, double corrupted) {
    return (patched - corrupted) / (clean - corrupted);
  }
}
