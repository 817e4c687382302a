package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The masks of a training, and how they came about.
 *
 * @param memoryBytes what training was estimated to need beside the model
 * @param target what the subnetworks were to predict
 * @param total weights that could be masked, |M|
 */
public record TrainResult(
    List<Trained> masks,
    Schedule schedule,
    long memoryBytes,
    TokensRead input,
    Map<String, String> target,
    long total)
    implements Result {

  private static final double LN_2 = Math.log(2);
  private static final int LAST_STEPS = 100;

  /**
   * One mask.
   *
   * @param share of the maskable weights that are kept
   * @param steps 0 when it was finished by an earlier run, or needed no training
   * @param ending why training ended; null when there was none in this run
   * @param lossBits cross-entropy to the target with soft masks, mean of the last 100 steps
   * @param unstableAttempts attempts that spiked; when all did, the mask has no official name
   * @param sparsitySlope the sparsity term's slope by one m at the start, λ/(4·|M|); below Adam's
   *     epsilon of 1e-8 the term acts with less than half its strength
   */
  public record Trained(
      String lambda,
      long seed,
      String file,
      long active,
      double share,
      int steps,
      MaskTrainer.@Nullable Ending ending,
      @Nullable Double lossBits,
      int unstableAttempts,
      double sparsitySlope,
      @Nullable Double seconds,
      @JsonIgnore List<MaskTrainer.Point> curve) {

    static Trained of(TrainingRun run, TrainingRun.Done done) {
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
          run.lambda() / 4 / done.mask().total(),
          done.seconds(),
          outcome.curve());
    }

    static Trained earlier(TrainingRun run, Mask mask) {
      double slope = Double.isInfinite(run.lambda()) ? 0 : run.lambda() / 4 / mask.total();
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
          null,
          List.of());
    }

    private static double share(Mask mask) {
      return (double) mask.active() / mask.total();
    }

    private boolean sparsityDrowned(double epsilon) {
      return sparsitySlope > 0 && sparsitySlope < epsilon;
    }

    private String line(double epsilon) {
      StringBuilder line = new StringBuilder();
      line.append(
          String.format(
              Locale.ROOT, "lambda %s: %,d weights kept (%.3f %%)", lambda, active, 100 * share));
      if (ending != null) {
        line.append(
            String.format(
                Locale.ROOT,
                ", %,d steps (%s), %.3f bits to the target",
                steps,
                ending.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                lossBits));
      }
      if (unstableAttempts > 0) {
        line.append(", ").append(unstableAttempts).append(" unstable attempts");
      }
      if (sparsityDrowned(epsilon)) {
        line.append(
            String.format(
                Locale.ROOT,
                "%n  warning: the sparsity term's slope of %.1e lies below Adam's epsilon of %.0e,"
                    + " so that lambda acts with %.0f %% of its strength",
                sparsitySlope,
                epsilon,
                100 * sparsitySlope / (sparsitySlope + epsilon)));
      }
      return line.append(String.format("%n  %s%n", file)).toString();
    }
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    masks.forEach(mask -> text.append(mask.line(schedule.epsilon())));
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of("schedule", schedule, "tokens", input.policy(), "target", target);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Curves.Series> losses = new ArrayList<>();
    List<Curves.Series> undecided = new ArrayList<>();
    for (Trained mask : masks) {
      if (mask.curve.size() > 1) {
        String name = "λ = " + mask.lambda + (oneSeed() ? "" : ", seed " + mask.seed);
        double[] steps = mask.curve.stream().mapToDouble(MaskTrainer.Point::steps).toArray();
        losses.add(
            new Curves.Series(
                name, steps, mask.curve.stream().mapToDouble(p -> p.lossNats() / LN_2).toArray()));
        undecided.add(
            new Curves.Series(
                name,
                steps,
                mask.curve.stream()
                    .mapToDouble(p -> (double) (total - p.below() - p.above()) / total)
                    .toArray()));
      }
    }
    if (losses.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Curves(
            new Heading(
                "training-loss",
                "Cross-entropy while masks are trained",
                "To the target distribution, with soft masks: it rises where masks harden."),
            PlotAxis.linear("optimiser step"),
            PlotAxis.linear("cross-entropy (bits)"),
            losses),
        new Curves(
            new Heading(
                "training-undecided",
                "Weights that are not decided yet",
                "Share of weights with a soft mask between 0.1 and 0.9."),
            PlotAxis.linear("optimiser step"),
            PlotAxis.linear("undecided share"),
            undecided));
  }

  private boolean oneSeed() {
    return masks.stream().mapToLong(Trained::seed).distinct().count() == 1;
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Trained mask : masks) {
      for (MaskTrainer.Point p : mask.curve) {
        rows.add(
            List.of(
                mask.lambda, mask.seed, p.steps(), p.lossNats(), p.below(), p.above(), p.kept()));
      }
    }
    return List.of(
        new DataTable(
            "training",
            List.of("lambda", "seed", "steps", "loss_nats", "below_0.1", "above_0.9", "kept"),
            rows));
  }
}
