package circuitscope.heads.sweep;

import circuitscope.heads.causal.FoundHeads;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.geometry.PrincipalComponents;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Checkpoints of one training, in the order of steps.
 *
 * @param induction between which checkpoints the best head's induction score rises most
 * @param inContext between which the windowed in-context-learning score falls most
 * @param iclChange of the in-context-learning score where induction rises most, paired by window
 * @param iclWindowedChange of its windowed variant there
 * @param components of the per-token losses; null for a single checkpoint
 * @param reused checkpoints whose results an earlier run had left
 */
public record SweepResult(
    List<CheckpointScores> checkpoints,
    @Nullable Turn induction,
    @Nullable Turn inContext,
    @Nullable Estimate iclChange,
    @Nullable Estimate iclWindowedChange,
    @Nullable PrincipalComponents components,
    int reused,
    Map<String, Object> protocol,
    @JsonIgnore TokensRead input)
    implements Result {

  /** The largest change between neighbouring checkpoints, from one step to the next. */
  public record Turn(long fromStep, long toStep, double from, double to) {

    /** The pair of neighbours with the largest rise of {@code sign} · value. */
    static @Nullable Turn largest(List<CheckpointScores> checkpoints, double[] values, int sign) {
      Turn largest = null;
      for (int i = 1; i < values.length; i++) {
        double rise = sign * (values[i] - values[i - 1]);
        if (largest == null || rise > sign * (largest.to - largest.from)) {
          largest =
              new Turn(
                  checkpoints.get(i - 1).step(),
                  checkpoints.get(i).step(),
                  values[i - 1],
                  values[i]);
        }
      }
      return largest;
    }
  }

  private static final int COMPONENTS = 2;

  /** Puts the checkpoints' results side by side. */
  public static SweepResult of(
      List<CheckpointScores> checkpoints, int reused, SweepProtocol protocol, TokensRead input) {
    double[] best = checkpoints.stream().mapToDouble(one -> one.best().score().value()).toArray();
    double[] icl =
        checkpoints.stream().mapToDouble(one -> one.iclScoreWindowed().value()).toArray();
    float[][] losses =
        checkpoints.stream().map(one -> one.byRow().tokenLosses()).toArray(float[][]::new);
    Turn rise = Turn.largest(checkpoints, best, 1);
    return new SweepResult(
        checkpoints,
        rise,
        Turn.largest(checkpoints, icl, -1),
        change(checkpoints, rise, one -> one.byRow().icl(), protocol.seed()),
        change(checkpoints, rise, one -> one.byRow().iclWindowed(), protocol.seed()),
        checkpoints.size() < 2 ? null : PrincipalComponents.of(losses, COMPONENTS),
        reused,
        protocol.describe(),
        input);
  }

  /** What a value gains from one checkpoint to another, window by window. */
  private static @Nullable Estimate change(
      List<CheckpointScores> checkpoints,
      @Nullable Turn turn,
      Function<CheckpointScores, double[]> byWindow,
      long seed) {
    if (turn == null) {
      return null;
    }
    double[] from = byWindow.apply(at(checkpoints, turn.fromStep()));
    double[] change = byWindow.apply(at(checkpoints, turn.toStep())).clone();
    for (int window = 0; window < change.length; window++) {
      change[window] -= from[window];
    }
    return Estimate.mean(change, seed);
  }

  private static CheckpointScores at(List<CheckpointScores> checkpoints, long step) {
    return checkpoints.stream().filter(one -> one.step() == step).findFirst().orElseThrow();
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (CheckpointScores one : checkpoints) {
      FoundHeads.Scored best = one.best();
      text.append(
          String.format(
              Locale.ROOT,
              "step %,9d: induction %.3f (%s%s), in-context learning %+.3f (windowed %+.3f),"
                  + " repeated tokens %.3f, text %.3f nats, sink rate %.3f%n",
              one.step(),
              best.score().value(),
              best.head(),
              best.outstanding() ? "*" : "",
              one.iclScore().value(),
              one.iclScoreWindowed().value(),
              one.repeatedLoss().value(),
              one.textLoss().value(),
              one.sinkRate()));
    }
    text.append("* above the 95th percentile of the best head's score on shuffled targets\n");
    if (induction != null && inContext != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "the best induction score rises most between steps %,d and %,d: %.3f to %.3f%n",
              induction.fromStep(),
              induction.toStep(),
              induction.from(),
              induction.to()));
      text.append(changed("in-context-learning score", iclChange));
      text.append(changed("windowed in-context-learning score", iclWindowedChange));
      text.append(
          String.format(
              Locale.ROOT,
              "the windowed score falls most between steps %,d and %,d: %+.3f to %+.3f%n",
              inContext.fromStep(),
              inContext.toStep(),
              inContext.from(),
              inContext.to()));
    }
    if (reused > 0) {
      text.append(
          String.format(
              Locale.ROOT, "%d of %d were measured before%n", reused, checkpoints.size()));
    }
    return text.toString();
  }

  private static String changed(String what, @Nullable Estimate change) {
    return change == null
        ? ""
        : String.format(
            Locale.ROOT,
            "there the %s changes by %+.3f [%+.3f, %+.3f] nats%n",
            what,
            change.value(),
            change.low(),
            change.high());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return new SweepFigures(this).all();
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    List<List<Object>> heads = new ArrayList<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      CheckpointScores one = checkpoints.get(i);
      List<Object> row =
          new ArrayList<>(
              Arrays.asList(
                  one.name(),
                  one.step(),
                  one.best().head().toString(),
                  one.best().score().value(),
                  one.best().score().low(),
                  one.best().score().high(),
                  one.best().null95th(),
                  one.iclScore().value(),
                  one.iclScoreWindowed().value(),
                  one.repeatedLoss().value(),
                  one.textLoss().value(),
                  one.sinkRate()));
      double[] place = components == null ? new double[0] : components.coordinates()[i];
      for (int c = 0; c < COMPONENTS; c++) {
        row.add(c < place.length ? place[c] : Double.NaN);
      }
      rows.add(row);
      for (int h = 0; h < one.induction().length; h++) {
        HeadName head = new HeadName(h / one.headsOfLayer(), h % one.headsOfLayer());
        heads.add(List.of(one.step(), head.toString(), one.induction()[h], one.previous()[h]));
      }
    }
    return List.of(
        new DataTable(
            "checkpoints",
            List.of(
                "name",
                "step",
                "best_head",
                "induction",
                "low",
                "high",
                "null_95th",
                "icl_score",
                "icl_score_windowed",
                "repeated_loss_nats",
                "text_loss_nats",
                "sink_rate",
                "pc1",
                "pc2"),
            rows),
        new DataTable("heads", List.of("step", "head", "induction", "previous"), heads));
  }

  /** {@code token_losses} {@code [checkpoint, token]}, those of the principal components. */
  @Override
  public List<TensorSource> tensors() {
    int tokens = checkpoints.getFirst().byRow().tokenLosses().length;
    float[] flat = new float[checkpoints.size() * tokens];
    for (int i = 0; i < checkpoints.size(); i++) {
      System.arraycopy(checkpoints.get(i).byRow().tokenLosses(), 0, flat, i * tokens, tokens);
    }
    return List.of(
        TensorSource.of("token_losses", new TensorShape(checkpoints.size(), tokens), flat));
  }
}
