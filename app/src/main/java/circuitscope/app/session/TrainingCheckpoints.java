package circuitscope.app.session;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.family.Families;
import circuitscope.probes.ngram.VocabularyDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Checkpoints of one training in folders named after their steps, {@code step128} say. */
final class TrainingCheckpoints {
  private static final Pattern STEP = Pattern.compile("(\\d{1,18})\\D*$");

  /**
   * One checkpoint.
   *
   * @param step the last number in the folder's name
   */
  record Step(Path folder, String name, long step) {}

  private TrainingCheckpoints() {}

  /**
   * Finds checkpoints, in the order of steps: step 128 before step 1000.
   *
   * @param paths folders of one checkpoint each, or folders of such folders
   * @throws IllegalArgumentException when there are none, or their steps are not clear
   */
  static List<Step> find(List<Path> paths) throws IOException {
    List<Step> steps = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        throw new IllegalArgumentException(path + ": there is no such folder");
      }
      if (isCheckpoint(path)) {
        steps.add(step(path));
        continue;
      }
      try (Stream<Path> inside = Files.list(path)) {
        for (Path folder : inside.filter(TrainingCheckpoints::isCheckpoint).toList()) {
          steps.add(step(folder));
        }
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: there is no checkpoint in it; expected folders such as step1000 that hold a config.json"
              .formatted(paths.getFirst()));
    }
    steps.sort(Comparator.comparingLong(Step::step));
    for (int i = 1; i < steps.size(); i++) {
      if (steps.get(i).step() == steps.get(i - 1).step()) {
        throw new IllegalArgumentException(
            "%s and %s are both of step %d; leave one of them out"
                .formatted(steps.get(i - 1).folder(), steps.get(i).folder(), steps.get(i).step()));
      }
    }
    return steps;
  }

  private static boolean isCheckpoint(Path folder) {
    return Files.isRegularFile(folder.resolve("config.json"));
  }

  private static Step step(Path folder) {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    Matcher number = STEP.matcher(name);
    if (!number.find()) {
      throw new IllegalArgumentException(
          "%s: its name holds no training step; name checkpoints like step1000, or name those to read one by one"
              .formatted(folder));
    }
    return new Step(folder, name, Long.parseLong(number.group(1)));
  }

  /**
   * Makes sure that a checkpoint is of the same training as the subject's model.
   *
   * @throws IllegalArgumentException when its architecture or vocabulary is another
   */
  static void check(Checkpoint checkpoint, Subject subject) throws IOException {
    DecoderSpec expected = subject.model().spec();
    DecoderSpec spec = Families.of(checkpoint.config()).spec(checkpoint.config());
    if (!spec.equals(expected)) {
      throw new IllegalArgumentException(
          "%s: it is %s, and --model is %s; a sweep compares checkpoints of one architecture"
              .formatted(checkpoint.location(), describe(spec), describe(expected)));
    }
    Tokenizer tokenizer = subject.tokenizer();
    if (tokenizer == null) {
      return;
    }
    try (Tokenizer own = checkpoint.tokenizer()) {
      if (!VocabularyDigest.of(own).equals(VocabularyDigest.of(tokenizer))) {
        throw new IllegalArgumentException(
            "%s: its tokenizer has another vocabulary than that of --model; the same ids would be other words"
                .formatted(checkpoint.location()));
      }
    } catch (TokenizerException e) {
      // A checkpoint without a tokenizer, as most of a training are: the subject's is used.
    }
  }

  private static String describe(DecoderSpec spec) {
    return "a %s of %d layers, %d heads, width %d and %d tokens"
        .formatted(
            spec.family(), spec.layers(), spec.attention().heads(), spec.dModel(), spec.vocab());
  }
}
