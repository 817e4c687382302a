package circuitscope.subnetworks.train;

import circuitscope.probes.model.Model;
import circuitscope.subnetworks.train.TrainAnalysis.Aim;
import circuitscope.subnetworks.train.TrainAnalysis.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is refused before any work: values out of range, files that are missing or of no use. */
final class TrainingChecks {
  private TrainingChecks() {}

  /**
   * Checks what was asked for.
   *
   * @throws IllegalArgumentException naming the parameter and what to do
   */
  static void check(Parameters p, Model model) {
    if (!p.method().trains()) {
      checkBudget(p);
      return;
    }
    for (double lambda : p.lambda()) {
      if (Double.isNaN(lambda) || (lambda < 0 && !Double.isInfinite(lambda))) {
        throw new IllegalArgumentException(
            "lambda %s: expected 0 or more, Infinity or -Infinity".formatted(lambda));
      }
    }
    if (!p.keep().isEmpty() || p.like() != null) {
      throw new IllegalArgumentException(
          "--keep and --like are budgets of --method magnitude and random; a trained mask gets its"
              + " size from --lambda");
    }
    if (p.method() == Method.HARD_CONCRETE && p.betaGrowth() != null) {
      throw new IllegalArgumentException(
          "--beta-growth is of --method sigmoid; hard-concrete gates have a fixed temperature");
    }
    checkDistinct("lambda", p.lambda());
    checkDistinct("seed", p.seed());
    if (model.spec().learnedPositions() && p.length() > model.spec().contextLength()) {
      throw new IllegalArgumentException(
          "sequences of %d tokens, where the model has %d positions; lower --length"
              .formatted(p.length(), model.spec().contextLength()));
    }
    checkTarget(p);
    checkValidation(p);
  }

  private static void checkBudget(Parameters p) {
    if (p.keep().isEmpty() == (p.like() == null)) {
      throw new IllegalArgumentException(
          "--method %s needs a budget: either --keep SHARE or --like MASK".formatted(p.method()));
    }
    if (p.granularity() != Granularity.WEIGHT) {
      throw new IllegalArgumentException(
          "--method %s chooses weights; --granularity %s is for trained masks"
              .formatted(p.method(), p.granularity().name().toLowerCase(Locale.ROOT)));
    }
    if (p.method() == Method.MAGNITUDE && p.seed().size() > 1) {
      throw new IllegalArgumentException(
          "--method magnitude is the same for every seed; give one, or --method random");
    }
    checkDistinct("keep", p.keep());
    checkDistinct("seed", p.seed());
  }

  private static void checkTarget(Parameters p) {
    require(p, Aim.BIGRAM, p.bigrams(), "--bigrams FILE, made with 'circuitscope bigrams count'");
    require(
        p,
        Aim.NGRAM,
        p.ngrams(),
        "--ngrams FILE, made with 'circuitscope bigrams count --order 3'");
    require(
        p, Aim.DISTRIBUTION, p.distribution(), "--distribution FILE, see docs/counts-format.md");
    if (p.target() != Aim.NGRAM && p.ngrams() != null) {
      throw new IllegalArgumentException("--ngrams is of --target ngram, and would not be read");
    }
    if (p.target() != Aim.DISTRIBUTION && p.distribution() != null) {
      throw new IllegalArgumentException(
          "--distribution is of --target distribution, and would not be read");
    }
  }

  private static void require(Parameters p, Aim aim, @Nullable Path file, String remedy) {
    if (p.target() == aim && file == null) {
      throw new IllegalArgumentException(
          "the target %s has no file: give %s"
              .formatted(aim.name().toLowerCase(Locale.ROOT), remedy));
    }
  }

  private static void checkValidation(Parameters p) {
    boolean text = !p.validation().isEmpty();
    if (text != (p.validateEvery() != null)) {
      throw new IllegalArgumentException(
          "--validate-every N and --validation FILE go together: how often, and on what text");
    }
    if (text && p.bigrams() == null) {
      throw new IllegalArgumentException(
          "validation compares surprisals with those of bigrams: give --bigrams FILE as well");
    }
  }

  /** Two masks would have one name. */
  private static void checkDistinct(String name, List<?> values) {
    if (values.stream().distinct().count() < values.size()) {
      throw new IllegalArgumentException(
          "--%s names a value twice: %s; each gives one mask".formatted(name, values));
    }
  }
}
