package circuitscope.subnetworks.judge;

import circuitscope.probes.statistics.Estimate;
import circuitscope.subnetworks.mask.Mask;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one subnetwork is worth.
 *
 * @param lambda with which it was trained, as its file says; null when it does not
 * @param pearsonClamp r of surprisals with the bigram table, infinite ones clamped
 * @param pearsonDrop r with infinite ones dropped
 * @param crossEntropyBits to the bigram distribution, over positions 0 … T−1
 * @param lossBits mean surprisal of the next token, over positions 0 … T−2
 */
public record Judgement(
    String mask,
    @Nullable String lambda,
    long active,
    long total,
    double share,
    double pearsonClamp,
    Estimate pearsonClampInterval,
    double pearsonDrop,
    Estimate pearsonDropInterval,
    double crossEntropyBits,
    double lossBits,
    Estimate lossBitsInterval,
    List<Mask.MatrixCount> byMatrix,
    @JsonIgnore float[] firstSequenceBits) {

  static Judgement of(
      Mask mask, Surprisals model, BigramSurprisals bigrams, @Nullable String lambda, long seed) {
    Estimate clamp = bigrams.pearsonClamp(model, seed);
    Estimate drop = bigrams.pearsonDrop(model, seed);
    Estimate loss = Estimate.mean(model.means(), seed);
    double crossEntropy = 0;
    for (double bits : model.targetBits()) {
      crossEntropy += bits / model.targetBits().length;
    }
    return new Judgement(
        mask.name(),
        lambda,
        mask.active(),
        mask.total(),
        (double) mask.active() / mask.total(),
        clamp.value(),
        clamp,
        drop.value(),
        drop,
        crossEntropy,
        loss.value(),
        loss,
        mask.byMatrix(),
        model.padded()[0]);
  }
}
