package circuitscope.app.session.tour;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.ngram.CountsProvenance;
import circuitscope.probes.ngram.NgramCounter;
import circuitscope.subnetworks.judge.AblateResult;
import circuitscope.subnetworks.judge.Judgement;
import circuitscope.subnetworks.judge.PathResult;
import circuitscope.subnetworks.mask.MaskSummary;
import circuitscope.subnetworks.train.Schedule;
import circuitscope.subnetworks.train.TrainResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A small bigram subnetwork: found, judged, located and ablated, on a schedule that two processor
 * cores can follow in less than a minute.
 */
record SubnetworkStops(TokenInput.TextFiles text) implements Stops {
  /** λ = 0 is what the published rule measures others by; 50 is of the published path. */
  private static final String SPARSE = "50";

  private static final String LAMBDAS = "0," + SPARSE;
  private static final int STEPS = 400;
  private static final String RATE = "2e-3";
  private static final int BATCH = 4;
  private static final int LENGTH = 64;

  /** Tokens of a window of the counts and of the judges, as published. */
  private static final int WINDOW = 128;

  private static final String TRAIN = "subnetwork.train";
  private static final long COUNTING_BYTES = 64L << 20;

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    Path folder = visit.folder(TRAIN);
    Path bigrams = folder.resolve("bigrams.safetensors");
    Path mask = folder.resolve("lambda-" + SPARSE + ".safetensors");
    CountsProvenance counted = count(visit, bigrams, progress.step("counting bigrams", 0.03));
    removeEarlier(folder);
    visit.show(train(bigrams, counted), progress.step("training", 0.62));
    PathResult path = visit.show(path(folder, bigrams), progress.step("judging", 0.12));
    visit.show(distribution(mask), progress.step("where it lies", 0.02));
    AblateResult ablation = visit.show(ablation(mask, bigrams), progress.step("ablating", 0.21));
    Judgement sparse =
        path.masks().stream().filter(one -> SPARSE.equals(one.lambda())).findFirst().orElseThrow();
    visit.found(
        "subnetwork",
        new Found(sparse.active(), sparse.share(), sparse.pearsonClamp(), ablation.ratio()),
        String.format(
            Locale.ROOT,
            "bigrams         %.1f %% of the weights, r = %.2f with bigrams (full model %.2f)%n"
                + "ablated         %.1f bits lost, %.0f times as much as without random weights",
            100 * sparse.share(),
            sparse.pearsonClamp(),
            path.full().pearsonClamp(),
            ablation.cost().value(),
            ablation.ratio()));
  }

  /**
   * The subnetwork in a few numbers.
   *
   * @param ablationRatio what is lost without it, over what is lost without random weights
   */
  record Found(long active, double share, double pearsonClamp, double ablationRatio) {}

  private CountsProvenance count(Visit visit, Path out, Progress progress) throws IOException {
    Files.createDirectories(Objects.requireNonNull(out.getParent()));
    Tokenizer tokenizer = Objects.requireNonNull(visit.model().tokenizer(), "opened with one");
    int threads = Runtime.getRuntime().availableProcessors();
    return NgramCounter.count(
        new NgramCounter.Plan(
            new Corpus(text.files(), null), 2, WINDOW, out, COUNTING_BYTES, threads, false),
        tokenizer,
        progress);
  }

  /** A tour replaces what an earlier one left; training by itself never does. */
  private static void removeEarlier(Path folder) throws IOException {
    for (String lambda : List.of(LAMBDAS.split(",", -1))) {
      Files.deleteIfExists(folder.resolve("lambda-" + lambda + ".safetensors"));
      Files.deleteIfExists(folder.resolve("lambda-" + lambda + ".training.safetensors"));
    }
  }

  private Stop<TrainResult> train(Path bigrams, CountsProvenance counted) {
    Schedule published = Schedule.published();
    return new Stop<>(
        TrainResult.class,
        TRAIN,
        Map.of(
            "bigrams", bigrams.toString(),
            "lambda", LAMBDAS,
            "max-steps", Integer.toString(STEPS),
            "learning-rate", RATE,
            "batch", Integer.toString(BATCH),
            "length", Integer.toString(LENGTH)),
        text,
        "Which few weights know the next token from the last one alone?",
        String.format(
            Locale.ROOT,
            """
            A mask over every weight of attention and MLPs is trained until what is left of the model
            predicts like a table of bigrams: how often each token followed each other one, counted
            in the %,d tokens of the embedded text. λ is the price of a weight: at 0 about half of
            them stay. This is a demonstration: at most %,d steps of %d × %d tokens at a learning
            rate of %s, and counting, training and judging all read the same text. The published
            schedule (Chang and Bergen 2025) takes up to %,d steps of %d × %d tokens at %s, counts
            1.28 billion tokens and judges on others; use it for results.\
            """,
            counted.tokens(),
            STEPS,
            BATCH,
            LENGTH,
            RATE,
            published.maxSteps(),
            published.batch(),
            published.length(),
            published.learningRate()));
  }

  private Stop<PathResult> path(Path masks, Path bigrams) {
    return new Stop<>(
        PathResult.class,
        "subnetwork.path",
        Map.of(
            "masks", masks.toString(),
            "bigrams", bigrams.toString(),
            "max-sequences", "48"),
        text,
        "How few weights are enough?",
        """
        Each point is a subnetwork: how many weights it keeps, and how well its surprise at each token
        goes with that of the bigram table (Pearson's r, with 95 % intervals in the table). The full
        model, at the right, knows much more than bigrams, so it agrees with them less. The
        published rule takes the largest λ whose r is within 0.04 of that of λ = 0. After so short a
        training that need not be the sparse one here.\
        """);
  }

  private static Stop<MaskSummary> distribution(Path mask) {
    return new Stop<>(
        MaskSummary.class,
        "subnetwork.show",
        Map.of("mask", mask.toString()),
        null,
        "Where does the subnetwork lie?",
        """
        The weights that the sparse mask keeps, by layer and matrix, as a share of all kept weights and
        of each matrix. In the published models the first MLP has the largest part: it turns the
        current token towards what follows it.\
        """);
  }

  private Stop<AblateResult> ablation(Path mask, Path bigrams) {
    return new Stop<>(
        AblateResult.class,
        "subnetwork.ablate",
        Map.of(
            "mask",
            mask.toString(),
            "bigrams",
            bigrams.toString(),
            "draws",
            "4",
            "max-sequences",
            "24"),
        text,
        "Does the model need it?",
        """
        The loss of the model with the subnetwork's weights set to zero, beside the loss without as
        many random weights of the same matrices, and beside the subnetwork alone. If a few weights
        cost far more than their random twins, the model rests on them.\
        """);
  }
}
