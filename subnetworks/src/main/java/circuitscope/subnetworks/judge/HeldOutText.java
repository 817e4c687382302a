package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.train.Validation;
import java.nio.file.Path;

/** Held-out sequences and their bigram surprisals, against which masks in training are judged. */
public final class HeldOutText implements Validation {
  private final TrainingSequences sequences;
  private final BigramSurprisals bigrams;
  private final int vocab;
  private final int batch;

  private HeldOutText(TrainingSequences sequences, BigramSurprisals bigrams, int vocab, int batch) {
    this.sequences = sequences;
    this.bigrams = bigrams;
    this.vocab = vocab;
    this.batch = batch;
  }

  /** As {@link Validation.Opener#open}. */
  public static Validation open(
      Subject heldOut, Path bigrams, int length, int batch, long maxSequences, Progress progress) {
    try (BigramTable table = Judge.table(heldOut, bigrams)) {
      TrainingSequences sequences =
          TrainingSequences.read(heldOut, length, 1, maxSequences, progress);
      return new HeldOutText(
          sequences, BigramSurprisals.of(table, sequences), table.vocab(), batch);
    }
  }

  @Override
  public Score score(Model masked) {
    Surprisals surprisals =
        Surprisals.of(masked, Taps.NONE, sequences, vocab, null, batch, Progress.silent());
    return new Score(
        bigrams.pearsonClamp(surprisals, 0).value(), bigrams.pearsonDrop(surprisals, 0).value());
  }
}
