package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.TrainingSequences;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges subnetworks of one model on one text against one bigram table. */
final class Judge implements AutoCloseable {
  private final Model model;
  private final TrainingSequences sequences;
  private final BigramTable table;
  private final BigramTarget target;
  private final BigramSurprisals bigrams;
  private final int batch;
  private final long seed;

  /** What is common to the commands that judge. */
  record Text(Path bigrams, int length, int batch, long maxSequences, long seed) {}

  /**
   * Reads the text and puts the table on the device.
   *
   * @throws circuitscope.probes.ngram.CountsException when the table is of another vocabulary
   */
  Judge(Subject subject, Text text, Progress progress) {
    model = subject.model();
    batch = text.batch();
    seed = text.seed();
    if (model.spec().learnedPositions() && text.length() > model.spec().contextLength()) {
      throw new IllegalArgumentException(
          "sequences of %d tokens, where the model has %d positions; lower --length"
              .formatted(text.length(), model.spec().contextLength()));
    }
    table = table(subject, text.bigrams());
    try {
      sequences = TrainingSequences.read(subject, text.length(), 1, text.maxSequences(), progress);
      bigrams = BigramSurprisals.of(table, sequences);
      target = new BigramTarget(table, model);
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /**
   * Opens a table of the subject's own vocabulary.
   *
   * @throws circuitscope.probes.ngram.CountsException when it is of another
   */
  static BigramTable table(Subject subject, Path bigrams) {
    BigramTable table = BigramTable.open(bigrams);
    try {
      if (subject.tokenizer() != null) {
        table.checkTokenizer(subject.tokenizer());
      }
      Model model = subject.model();
      table.checkVocabulary(model.spec().vocab(), model.identity().origin());
      return table;
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** The model with some of its weights alone. */
  Judgement judge(Mask mask, Progress progress) {
    String lambda = mask.provenance().get(MaskProvenance.LAMBDA);
    return Judgement.of(mask, surprisals(mask, progress), bigrams, lambda, seed);
  }

  Surprisals surprisals(Mask mask, Progress progress) {
    try (Model masked = model.masked(mask.fittedTo(model).weightMask())) {
      return Surprisals.of(masked, sequences, table.vocab(), target, batch, progress);
    }
  }

  /** The mask that keeps everything. */
  static Mask whole(Model model) {
    List<MaskMatrix> matrices = new ArrayList<>();
    for (Weight weight : model.weights().maskable()) {
      long[] shape = weight.array().getShape().getShape();
      BitSet all = new BitSet();
      all.set(0, Math.toIntExact(weight.array().size()));
      matrices.add(new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], all));
    }
    return Mask.of("full model", matrices, MaskProvenance.NONE);
  }

  BigramSurprisals bigrams() {
    return bigrams;
  }

  TokensRead read() {
    return sequences.read();
  }

  /** The tokens of the first sequence as they stand on an axis. */
  List<String> firstLabels(Subject subject) {
    List<String> labels = new ArrayList<>();
    for (int id : sequences.rows(0, 1)[0]) {
      labels.add(subject.label(id));
    }
    return labels;
  }

  @Nullable String bigramsDigest() {
    return table.provenance().tokensDigest();
  }

  @Override
  public void close() {
    target.close();
    table.close();
  }
}
