package circuitscope.heads.sweep;

import circuitscope.heads.causal.FoundHeads;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * What was measured of one checkpoint.
 *
 * @param name of its folder
 * @param step of training, the last number in the name
 * @param digest of its weights
 * @param headsOfLayer query heads a layer
 * @param best the head with the highest induction score
 * @param induction by layer and head
 * @param previous previous-token score, by layer and head
 * @param sinkRate of the first position
 * @param byRow not part of documents
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record CheckpointScores(
    String name,
    long step,
    String digest,
    int headsOfLayer,
    FoundHeads.Scored best,
    double[] induction,
    double[] previous,
    Estimate repeatedLoss,
    Estimate iclScore,
    Estimate iclScoreWindowed,
    Estimate textLoss,
    double sinkRate,
    @JsonIgnore ByRow byRow) {

  /**
   * What the rows of text gave one by one; too much for a document.
   *
   * @param icl in-context-learning score of each window
   * @param iclWindowed its windowed variant
   * @param tokenLosses in nats, of the tokens picked for the principal components
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record ByRow(double[] icl, double[] iclWindowed, float[] tokenLosses) {}

  /** The same with rows that were stored beside it. */
  public CheckpointScores with(ByRow rows) {
    return new CheckpointScores(
        name,
        step,
        digest,
        headsOfLayer,
        best,
        induction,
        previous,
        repeatedLoss,
        iclScore,
        iclScoreWindowed,
        textLoss,
        sinkRate,
        rows);
  }

  double induction(HeadName head) {
    return induction[head.layer() * headsOfLayer + head.head()];
  }
}
