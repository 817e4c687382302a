package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges subnetworks of one model on one text against one bigram table. */
public final class Judge implements AutoCloseable {
  private final Model model;
  private final TrainingSequences sequences;
  private final TrainingSequences setAside;
  private final BigramTable table;
  private final BigramTarget target;
  private final BigramSurprisals bigrams;
  private final int batch;
  private final long seed;

  /** What is common to the commands that judge. */
  public record Text(Path bigrams, int length, int batch, long maxSequences, long seed) {}

  /**
   * Reads the text and puts the table on the device.
   *
   * @throws circuitscope.probes.ngram.CountsException when the table is of another vocabulary
   */
  public Judge(Subject subject, Text text, Progress progress) {
    this(subject, text, 0, progress);
  }

  /**
   * As above, where the first sequences of the text are set aside for making choices, so that what
   * is chosen is judged on others.
   *
   * @throws IllegalArgumentException when no sequences are left to judge by
   */
  public Judge(Subject subject, Text text, int aside, Progress progress) {
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
      TrainingSequences read =
          TrainingSequences.read(subject, text.length(), 1, aside + text.maxSequences(), progress);
      if (read.count() <= aside) {
        throw new IllegalArgumentException(
            "%s holds %d sequences of %d tokens, and %d are set aside to choose by; give more text"
                .formatted(subject.requireInput().describe(), read.count(), text.length(), aside));
      }
      setAside = read.part(0, aside);
      sequences = read.part(aside, read.count());
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
  public Judgement judge(Mask mask, Progress progress) {
    return judged(mask, surprisals(mask, progress));
  }

  /** What surprisals say of the subnetwork that they are of. */
  Judgement judged(Mask mask, Surprisals surprisals) {
    String lambda = mask.provenance().get(MaskProvenance.LAMBDA);
    return Judgement.of(mask, surprisals, bigrams, lambda, seed);
  }

  /** How surprising the model finds the text with some of its weights alone. */
  public Surprisals surprisals(Mask mask, Progress progress) {
    try (Model masked = model.masked(mask.fittedTo(model).weightMask())) {
      return surprisals(masked, progress);
    }
  }

  /** How surprising another model of the same vocabulary finds the text. */
  public Surprisals surprisals(Model other, Progress progress) {
    return surprisals(other, Taps.NONE, progress);
  }

  /** How surprising a model finds the text under taps that change what it computes. */
  Surprisals surprisals(Model other, Taps taps, Progress progress) {
    return Surprisals.of(other, taps, sequences, table.vocab(), target, batch, progress);
  }

  /** What masks are trained towards; the judge's own. */
  Target target() {
    return target;
  }

  /** The mask that keeps everything. */
  public static Mask whole(Model model) {
    List<MaskMatrix> matrices = new ArrayList<>();
    for (Weight weight : model.weights().maskable()) {
      long[] shape = weight.array().getShape().getShape();
      BitSet all = new BitSet();
      all.set(0, Math.toIntExact(weight.array().size()));
      matrices.add(new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], all));
    }
    return Mask.of("full model", matrices, MaskProvenance.NONE);
  }

  /** What the table makes of the text. */
  public BigramSurprisals bigrams() {
    return bigrams;
  }

  /** The sequences that are judged by, in the order of the text. */
  public TrainingSequences sequences() {
    return sequences;
  }

  /** The sequences before them, to make choices by. */
  public TrainingSequences setAside() {
    return setAside;
  }

  /** What all of them were read from. */
  public TokensRead read() {
    return sequences.read();
  }

  /** The tokens of the first sequence as they stand on an axis. */
  public List<String> firstLabels(Subject subject) {
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
