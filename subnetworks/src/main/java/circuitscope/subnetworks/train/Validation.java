package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import java.nio.file.Path;

/** Judges masks on text that is not trained on, while training goes on. */
public interface Validation {
  /**
   * Pearson's r of a hard mask's surprisals with those of bigrams, in both published variants.
   *
   * @param pearsonClamp infinite surprisals clamped; NaN where all surprisals are equal
   * @param pearsonDrop infinite surprisals dropped
   */
  record Score(double pearsonClamp, double pearsonDrop) {}

  /** The score of the model with the mask's weights alone. */
  Score score(Model masked);

  /** Makes one of held-out text. */
  @FunctionalInterface
  interface Opener {
    /**
     * Reads the text.
     *
     * @param heldOut the model and the text that is not trained on
     * @param bigrams counts file
     * @param length tokens a sequence
     * @param batch sequences run at once
     * @param maxSequences read no more
     */
    Validation open(
        Subject heldOut, Path bigrams, int length, int batch, long maxSequences, Progress progress);
  }
}
