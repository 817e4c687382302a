package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.ngram.NgramTable;
import java.nio.file.Path;
import java.util.Objects;

/** From what users ask for to the target on the device. */
final class Targets {
  private Targets() {}

  /**
   * Opens a target whose files were given ({@link TrainingChecks}).
   *
   * @throws circuitscope.probes.ngram.CountsException when counts are of another vocabulary
   * @throws IllegalArgumentException when a supplied distribution is none, or lacks a position
   */
  static Target open(
      Subject subject, TrainAnalysis.Parameters parameters, TrainingSequences sequences) {
    Model model = subject.model();
    return switch (parameters.target()) {
      case FULL_MODEL -> new FullModelTarget(model);
      case BIGRAM -> bigrams(subject, Objects.requireNonNull(parameters.bigrams()));
      case NGRAM -> ngrams(subject, Objects.requireNonNull(parameters.ngrams()));
      case DISTRIBUTION -> {
        Path file = Objects.requireNonNull(parameters.distribution());
        DistributionFile read = DistributionFile.read(file, model.spec().vocab());
        yield new DistributionTarget(read, model, sequences);
      }
    };
  }

  private static Target bigrams(Subject subject, Path file) {
    try (BigramTable table = BigramTable.open(file)) {
      if (subject.tokenizer() != null) {
        table.checkTokenizer(subject.tokenizer());
      }
      return new BigramTarget(table, subject.model());
    }
  }

  private static Target ngrams(Subject subject, Path file) {
    NgramTable table = NgramTable.open(file);
    try {
      if (subject.tokenizer() != null) {
        table.checkTokenizer(subject.tokenizer());
      }
      return new NgramTarget(table, subject.model());
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }
}
