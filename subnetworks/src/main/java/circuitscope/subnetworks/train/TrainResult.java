package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The masks of a training, and how they came about.
 *
 * @param schedule null when nothing was trained
 * @param memoryBytes what training was estimated to need beside the model
 * @param target what the subnetworks were to predict
 * @param backedOff share of the positions whose context the target had never seen
 * @param total weights that could be masked, |M|
 */
public record TrainResult(
    List<Trained> masks,
    @Nullable Schedule schedule,
    long memoryBytes,
    @Nullable TokensRead input,
    Map<String, String> target,
    double backedOff,
    long total)
    implements Result {

  private static final double LN_2 = Math.log(2);
  private static final int LAST_STEPS = 100;

  /** Masks that needed no training. */
  static TrainResult untrained(List<Trained> masks, long total) {
    return new TrainResult(masks, null, 0, null, Map.of(), 0, total);
  }

  /**
   * One mask.
   *
   * @param lambda null when it was not trained
   * @param share of the maskable weights that are kept
   * @param steps 0 when it was finished by an earlier run, or needed no training
   * @param ending why training ended; null when there was none in this run
   * @param lossBits cross-entropy to the target with soft masks, mean of the last 100 steps
   * @param unstableAttempts attempts that spiked; when all did, the mask has no official name
   * @param sparsitySlope the sparsity term's slope by one m at the start, λ/(4·|M|) for sigmoids
   * @param sparsityStrength how much of λ Adam lets act there: slope / (slope + epsilon); null
   *     without a sparsity term
   * @param validation the hard mask on held-out text, step by step
   * @param notes what to beware of
   */
  public record Trained(
      @Nullable String lambda,
      long seed,
      String file,
      long active,
      double share,
      int steps,
      MaskTrainer.@Nullable Ending ending,
      @Nullable Double lossBits,
      int unstableAttempts,
      double sparsitySlope,
      @Nullable Double sparsityStrength,
      @Nullable Double seconds,
      List<Validated> validation,
      List<String> notes,
      @JsonIgnore List<MaskTrainer.Point> curve) {

    static Trained of(TrainingRun run, TrainingRun.Done done, double slope, double epsilon) {
      MaskTrainer.Outcome outcome = done.outcome();
      float[] losses = outcome.lossNats();
      int from = Math.max(0, losses.length - LAST_STEPS);
      double sum = 0;
      for (int i = from; i < losses.length; i++) {
        sum += losses[i];
      }
      return new Trained(
          LambdaName.of(run.lambda()),
          run.seed(),
          done.file().toString(),
          done.mask().active(),
          share(done.mask()),
          outcome.steps(),
          outcome.ending(),
          sum / (losses.length - from) / LN_2,
          done.unstableAttempts(),
          slope,
          strength(slope, epsilon),
          done.seconds(),
          Validated.of(outcome.curve()),
          notes(run.lambda(), done.mask(), slope, epsilon),
          outcome.curve());
    }

    static Trained earlier(TrainingRun run, Mask mask, double slope, double epsilon) {
      return new Trained(
          LambdaName.of(run.lambda()),
          run.seed(),
          run.file().toString(),
          mask.active(),
          share(mask),
          0,
          null,
          null,
          0,
          slope,
          strength(slope, epsilon),
          null,
          List.of(),
          notes(run.lambda(), mask, slope, epsilon),
          List.of());
    }

    static Trained untrained(Path file, Mask mask, long seed) {
      return new Trained(
          null,
          seed,
          file.toString(),
          mask.active(),
          share(mask),
          0,
          null,
          null,
          0,
          0,
          null,
          null,
          List.of(),
          notes(Double.NaN, mask, 0, 1),
          List.of());
    }

    private static double share(Mask mask) {
      return (double) mask.active() / mask.total();
    }

    private static @Nullable Double strength(double slope, double epsilon) {
      return slope > 0 ? slope / (slope + epsilon) : null;
    }

    private static List<String> notes(double lambda, Mask mask, double slope, double epsilon) {
      List<String> notes = new ArrayList<>();
      if (sparsityDrowned(slope, epsilon)) {
        notes.add(
            String.format(
                Locale.ROOT,
                "the sparsity term's slope of %.1e lies below Adam's epsilon of %.0e, so that"
                    + " lambda acts with %.0f %% of its strength",
                slope,
                epsilon,
                100 * slope / (slope + epsilon)));
      }
      if (mask.active() == 0 && lambda != Double.POSITIVE_INFINITY) {
        String remedy = Double.isNaN(lambda) ? "give a larger budget" : "lower lambda";
        notes.add("the mask is empty: no weight is kept; " + remedy);
      }
      return notes;
    }

    private String line() {
      StringBuilder line = new StringBuilder();
      line.append(lambda == null ? "" : "lambda " + lambda + ": ");
      line.append(String.format(Locale.ROOT, "%,d weights kept (%.3f %%)", active, 100 * share));
      if (ending != null) {
        line.append(
            String.format(
                Locale.ROOT,
                ", %,d steps (%s), %.3f bits to the target",
                steps,
                ending.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                lossBits));
      }
      if (!validation.isEmpty()) {
        Validated last = validation.getLast();
        line.append(
            String.format(
                Locale.ROOT,
                ", r %.4f clamped, %.4f dropped on held-out text",
                last.pearsonClamp(),
                last.pearsonDrop()));
      }
      if (unstableAttempts > 0) {
        line.append(", ").append(unstableAttempts).append(" unstable attempts");
      }
      notes.forEach(note -> line.append(String.format("%n  warning: %s", note)));
      return line.append(String.format("%n  %s%n", file)).toString();
    }
  }

  /** Whether Adam's epsilon lets less than half of a slope act. */
  static boolean sparsityDrowned(double slope, double epsilon) {
    return slope > 0 && slope < epsilon;
  }

  /** A hard mask in training, judged on held-out text as {@code subnetwork eval} does. */
  public record Validated(int steps, long active, double pearsonClamp, double pearsonDrop) {
    static List<Validated> of(List<MaskTrainer.Point> curve) {
      List<Validated> judged = new ArrayList<>();
      for (MaskTrainer.Point point : curve) {
        Validation.Score score = point.score();
        if (score != null) {
          judged.add(
              new Validated(
                  point.steps(), point.kept(), score.pearsonClamp(), score.pearsonDrop()));
        }
      }
      return judged;
    }
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    masks.forEach(mask -> text.append(mask.line()));
    if (backedOff > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "%.2f %% of the positions had a context that was never counted: unigrams there%n",
              100 * backedOff));
    }
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    TokensRead read = input;
    Schedule used = schedule;
    return read == null || used == null
        ? Map.of()
        : Map.of("schedule", used, "tokens", read.policy(), "target", target);
  }

  @Override
  public @Nullable TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return TrainFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Trained mask : masks) {
      for (MaskTrainer.Point p : mask.curve) {
        Validation.Score score = p.score();
        rows.add(
            List.of(
                String.valueOf(mask.lambda),
                mask.seed,
                p.steps(),
                p.lossNats(),
                p.below(),
                p.above(),
                p.kept(),
                score == null ? "" : score.pearsonClamp(),
                score == null ? "" : score.pearsonDrop()));
      }
    }
    return List.of(
        new DataTable(
            "training",
            List.of(
                "lambda",
                "seed",
                "steps",
                "loss_nats",
                "below_0.1",
                "above_0.9",
                "kept",
                "pearson_clamp",
                "pearson_drop"),
            rows));
  }
}
