package circuitscope.app.session;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.ngram.VocabularyDigest;
import circuitscope.probes.predict.ModelPredictor;
import circuitscope.probes.predict.Predictor;
import circuitscope.probes.predict.TablePredictor;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Predictors as they are asked for by name, and what was opened for them. */
final class Drafts implements AutoCloseable {
  private final List<Predictor> predictors = new ArrayList<>();
  private final Deque<Runnable> closers = new ArrayDeque<>();

  private Drafts() {}

  /**
   * Opens drafts for a subject's model.
   *
   * @throws IllegalArgumentException for a name that is none, or one of another vocabulary
   */
  static Drafts open(List<String> names, Subject subject) throws IOException {
    Drafts drafts = new Drafts();
    try {
      for (String name : names) {
        drafts.add(name, subject);
      }
      return drafts;
    } catch (IOException | RuntimeException e) {
      drafts.close();
      throw e;
    }
  }

  List<Predictor> predictors() {
    return List.copyOf(predictors);
  }

  private void add(String name, Subject subject) throws IOException {
    Model model = subject.model();
    if (name.equals("exits")) {
      for (int layer = 0; layer + 1 < model.spec().layers(); layer++) {
        predictors.add(ModelPredictor.exit(model, layer));
      }
    } else if (name.matches("exit@\\d{1,4}")) {
      predictors.add(ModelPredictor.exit(model, Integer.parseInt(name.substring(5))));
    } else if (name.startsWith("mask=")) {
      Mask mask = MaskReference.parse(after(name)).read().fittedTo(model);
      Model masked = model.masked(mask.weightMask());
      closers.push(masked::close);
      predictors.add(ModelPredictor.whole("mask " + Path.of(after(name)).getFileName(), masked));
    } else if (name.startsWith("counts=")) {
      predictors.add(table(Path.of(after(name)), subject));
    } else if (name.startsWith("model=")) {
      predictors.add(other(after(name), subject));
    } else {
      throw new IllegalArgumentException(
          "drafts: '%s' is no draft; expected exits, exit@LAYER, mask=FILE, counts=FILE or model=MODEL"
              .formatted(name));
    }
  }

  private static String after(String name) {
    return name.substring(name.indexOf('=') + 1);
  }

  private Predictor table(Path file, Subject subject) {
    NgramTable table = NgramTable.open(file);
    closers.push(table::close);
    if (subject.tokenizer() != null) {
      table.checkTokenizer(subject.tokenizer());
    }
    Model model = subject.model();
    table.checkVocabulary(model.spec().vocab(), model.identity().origin());
    return new TablePredictor(table, model.spec().vocab());
  }

  private Predictor other(String name, Subject subject) throws IOException {
    Model like = subject.model();
    Path location = ModelCache.ofUser().resolve(ModelId.parse(name));
    Checkpoint checkpoint = Checkpoint.open(location);
    closers.push(checkpoint::close);
    Model model = Model.load(checkpoint, like.device(), like.precision(), LoadProgress.NONE);
    closers.push(model::close);
    if (model.spec().vocab() != like.spec().vocab() || differs(checkpoint, subject.tokenizer())) {
      throw new IllegalArgumentException(
          "drafts: %s has another vocabulary than the model; acceptance compares the same tokens"
              .formatted(name));
    }
    return ModelPredictor.whole("model " + location.getFileName(), model);
  }

  private static boolean differs(Checkpoint checkpoint, @Nullable Tokenizer tokenizer)
      throws IOException {
    if (tokenizer == null) {
      return false;
    }
    try (Tokenizer own = checkpoint.tokenizer()) {
      return !VocabularyDigest.of(own).equals(VocabularyDigest.of(tokenizer));
    } catch (TokenizerException e) {
      // Checkpoints of a training mostly have no tokenizer of their own.
      return false;
    }
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }
}
