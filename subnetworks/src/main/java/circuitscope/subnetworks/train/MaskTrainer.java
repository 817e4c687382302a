package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds a subnetwork by mask training towards a target distribution.
 *
 * <p>Continuous sparsification minimises, over one m a weight with the model frozen, mean
 * CE(target, softmax(z)) + (λ/|M|)·Σ σ(β·m), where each weight w is used as w·σ(β·m); the
 * subnetwork is m &gt; 0 (Chang and Bergen 2025, section 3). Other ways to soften a mask are other
 * {@link Relaxation}s. Everything stays on the device; losses are read every few steps only, so
 * that the host runs ahead of it.
 */
public final class MaskTrainer implements AutoCloseable {
  private final Model model;
  private final Schedule schedule;
  private final TrainingSequences sequences;
  private final Target target;
  private final SoftMasks masks;
  private final NDManager manager;
  private final NDList unread = new NDList(); // sums of losses since the last look
  private @Nullable Validation validation;
  private int validateEvery;

  private double lambda;
  private long seed;
  private int step;
  private double beta = 1;
  private final List<Float> losses = new ArrayList<>();
  private final List<Point> curve = new ArrayList<>();

  /**
   * The state at a look at the stop rule.
   *
   * @param steps optimiser steps done
   * @param lossNats mean cross-entropy of the steps since the last look
   * @param below weights that are used to less than 0.1: σ(β·m), or a gate without noise
   * @param above weights that are used to more than 0.9
   * @param kept weights with m &gt; 0
   * @param score of the hard mask on held-out text; null where it was not asked for
   */
  public record Point(
      int steps,
      float lossNats,
      long below,
      long above,
      long kept,
      Validation.@Nullable Score score) {}

  /** Why training ended. */
  public enum Ending {
    /** Almost all weights are decided. */
    DECIDED,
    /** Every weight is decided, and none is kept: λ is too large. */
    EMPTY,
    /** The last step of the schedule was reached. */
    STEP_LIMIT
  }

  /**
   * A trained mask.
   *
   * @param hard the kept weights, a bit a weight in stored order
   * @param lossNats cross-entropy of each step
   * @param unstable by {@link SpikeRule}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Outcome(
      SortedMap<String, BitSet> hard,
      Ending ending,
      int steps,
      float[] lossNats,
      List<Point> curve,
      boolean unstable) {

    /** The kept weights as a mask of the model that was trained. */
    public Mask mask(Model model, String name, MaskProvenance provenance) {
      return TrainingRun.maskOf(model, name, hard, provenance);
    }
  }

  /** Is offered the state to save, and told of each look at the stop rule. */
  @FunctionalInterface
  public interface Checkpoints {
    void save(MaskTrainer trainer) throws IOException;

    /** Told of a look, before the state after it can be saved. */
    default void looked(Point point) throws IOException {}
  }

  /**
   * A trainer with fresh masks.
   *
   * @param target stays the caller's
   * @throws IllegalArgumentException for half precision, in which small gradients vanish
   * @throws circuitscope.probes.model.InsufficientMemoryException when the device has too little
   */
  public MaskTrainer(
      Model model,
      Schedule schedule,
      Granularity granularity,
      TrainingSequences sequences,
      Target target) {
    if (model.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "masks cannot be trained in fp16: gradients and second moments of 1e-16 vanish there; use"
              + " --dtype tf32 or fp32");
    }
    memory(model, schedule, target).check(model.device());
    this.model = model;
    this.schedule = schedule;
    this.sequences = sequences;
    this.target = target;
    this.masks = new SoftMasks(model, granularity, schedule.relaxation());
    this.manager = model.newManager();
  }

  /** What training needs beside the model: masks, moments, gradients and one batch. */
  public static MemoryEstimate memory(Model model, Schedule schedule, Target target) {
    long weights =
        model.weights().maskable().stream().mapToLong(weight -> weight.array().size()).sum();
    long rows = (long) schedule.batch() / schedule.accumulate() * schedule.length();
    var spec = model.spec();
    // m, two moments; soft mask, used weight, its gradient, the slope by m.
    long maskValues = 7 * weights;
    long layer = 12L * spec.dModel() + 4L * spec.mlp().dMlp();
    long values = maskValues + rows * (spec.layers() * layer + 4L * spec.vocab());
    return new MemoryEstimate(
        "training masks of %,d weights with %d × %d tokens at once"
            .formatted(weights, schedule.batch() / schedule.accumulate(), schedule.length()),
        values * model.precision().bytes() + target.temporaryBytes(rows),
        "raise --accumulate, lower --batch, or use a smaller model or another device");
  }

  /**
   * Judges the hard mask every so many steps, at the look that follows, and at the end. It changes
   * nothing of what is trained.
   */
  public void validate(Validation heldOut, int everySteps) {
    validation = heldOut;
    validateEvery = everySteps;
  }

  /** Begins a run from fresh masks. */
  public void begin(double newLambda, long newSeed) {
    lambda = newLambda;
    seed = newSeed;
    masks.reset();
    restart();
  }

  /** Begins a run from a hard mask: m = ±m₀, β and the moments as at the start. */
  public void beginWarm(double newLambda, long newSeed, Mask hard, double m0) {
    lambda = newLambda;
    seed = newSeed;
    masks.warmStart(hard, m0);
    restart();
  }

  private void restart() {
    step = 0;
    beta = 1;
    losses.clear();
    curve.clear();
  }

  /**
   * Trains until the stop rule fires or the schedule ends.
   *
   * @param checkpoints called whenever the state can be saved: after each look at the stop rule
   * @throws CancelledException when cancelled, after a last checkpoint
   */
  public Outcome run(Progress progress, Checkpoints checkpoints) throws IOException {
    progress.begin(schedule.maxSteps(), "steps");
    progress.advanceTo(step);
    while (step < schedule.maxSteps()) {
      step();
      boolean look = step % schedule.stopEvery() == 0 || step == schedule.maxSteps();
      if (look) {
        SoftMasks.Census census = masks.census(beta);
        Ending ending = ending(census);
        Point point = look(census, ending != null);
        checkpoints.looked(point);
        progress.note(note(point));
        if (ending != null) {
          return outcome(ending);
        }
      }
      beta *= schedule.betaGrowth();
      if (look) {
        checkpoints.save(this);
        progress.advanceTo(step);
      }
    }
    return outcome(Ending.STEP_LIMIT);
  }

  /** Why training is over, by the stop rule; null when it is not, or only the schedule ends. */
  private @Nullable Ending ending(SoftMasks.Census census) {
    long undecided = masks.total() - census.below() - census.above();
    if (undecided < schedule.undecided() * census.above()) {
      return Ending.DECIDED;
    }
    return census.below() == masks.total() ? Ending.EMPTY : null;
  }

  private String note(Point point) {
    String kept = "%.3g %% kept".formatted(100.0 * point.kept() / masks.total());
    Point judged =
        curve.reversed().stream().filter(p -> p.score() != null).findFirst().orElse(null);
    Validation.Score score = judged == null ? null : judged.score();
    String r = score == null ? "" : ", r %.3f".formatted(score.pearsonClamp());
    double slope = sparsitySlope(lambda);
    String drowned =
        TrainResult.sparsityDrowned(slope, schedule.epsilon())
            ? ", lambda at %.0f %% under Adam's epsilon"
                .formatted(100 * slope / (slope + schedule.epsilon()))
            : "";
    return kept + r + drowned;
  }

  private Outcome outcome(Ending ending) {
    float[] read = lossNats();
    return new Outcome(
        masks.hard(), ending, step, read, List.copyOf(curve), SpikeRule.unstable(read));
  }

  private void step() {
    int[][] batch = sequences.batch(step, schedule.batch(), seed);
    int part = schedule.batch() / schedule.accumulate();
    Relaxation.Moment at = new Relaxation.Moment(beta, seed, step);
    try (NDManager scope = manager.newSubManager()) {
      SoftMasks.Softened softened = masks.soften(at, scope);
      try (Model soft = model.with(softened.transform())) {
        for (int from = 0; from < batch.length; from += part) {
          TokenBatch tokens = TokenBatch.of(Arrays.copyOfRange(batch, from, from + part));
          try (NDManager run = scope.newSubManager()) {
            unread.add(lossOf(soft, tokens, run));
          }
        }
      }
      long positions = (long) schedule.batch() * schedule.length();
      masks.update(softened, at, positions, lambda / masks.total(), schedule, scope);
    }
    step++;
  }

  Schedule schedule() {
    return schedule;
  }

  /** Steps done in this run. */
  public int steps() {
    return step;
  }

  /** Sends the gradients of one part of a batch into the leaves. */
  private NDArray lossOf(Model soft, TokenBatch tokens, NDManager run) {
    NDArray[] sum = new NDArray[1];
    Gradients.backwardFrom(
        () -> {
          NDArray logits = soft.logits(tokens, Taps.NONE, null, run);
          long vocab = logits.getShape().get(2);
          NDArray rows = logits.reshape(new Shape(-1, vocab));
          Target.Loss loss = target.loss(rows, tokens, run);
          sum[0] = loss.sum();
          return new Gradients.Known(rows, loss.gradient());
        });
    sum[0].attach(manager);
    return sum[0];
  }

  private Point look(SoftMasks.Census census, boolean last) {
    int before = losses.size();
    readLosses();
    double mean =
        losses.subList(before, losses.size()).stream()
            .mapToDouble(Float::doubleValue)
            .average()
            .orElse(Double.NaN);
    if (Double.isNaN(mean)) {
      throw new IllegalStateException(
          "the loss became NaN by step %d; lower --learning-rate".formatted(step));
    }
    Validation.Score score = last || step == schedule.maxSteps() || due() ? score() : null;
    Point point =
        new Point(step, (float) mean, census.below(), census.above(), census.kept(), score);
    curve.add(point);
    return point;
  }

  /** Whether a multiple of the asked-for steps was passed since the last look. */
  private boolean due() {
    int before = curve.isEmpty() ? 0 : curve.getLast().steps();
    return validateEvery > 0 && step / validateEvery > before / validateEvery;
  }

  private Validation.@Nullable Score score() {
    Validation heldOut = validation;
    if (heldOut == null) {
      return null;
    }
    try (NDManager scope = manager.newSubManager();
        Model hard = model.with(masks.hardened(scope))) {
      return heldOut.score(hard);
    }
  }

  private void readLosses() {
    double positions = (double) schedule.batch() * schedule.length();
    for (int i = 0; i < unread.size(); i += schedule.accumulate()) {
      double sum = 0;
      for (int part = 0; part < schedule.accumulate(); part++) {
        sum += value(unread.get(i + part));
      }
      losses.add((float) (sum / positions));
    }
    unread.forEach(NDArray::close);
    unread.clear();
  }

  private static double value(NDArray scalar) {
    return scalar.getDataType() == ai.djl.ndarray.types.DataType.FLOAT64
        ? scalar.getDouble()
        : scalar.getFloat();
  }

  float[] lossNats() {
    float[] read = new float[losses.size()];
    for (int i = 0; i < read.length; i++) {
      read[i] = losses.get(i);
    }
    return read;
  }

  /** Writes everything from which the run can go on. */
  void save(Path file, SortedMap<String, String> identity, int attempt) throws IOException {
    TrainingState.write(file, identity, attempt, step, beta, lossNats(), curve, masks.state());
  }

  /** Goes on from a saved state; what follows is the same to the bit. */
  void restore(TrainingState state, double newLambda, long newSeed) {
    lambda = newLambda;
    seed = newSeed;
    restart();
    step = state.steps();
    beta = state.beta();
    for (float loss : state.lossNats()) {
      losses.add(loss);
    }
    curve.addAll(state.curve());
    state.loadInto(masks.state());
    masks.setSteps(step);
  }

  /** The present m of each matrix, {@code [unit]} in the order of its granularity's view. */
  public SortedMap<String, double[]> values() {
    return masks.values();
  }

  /**
   * The sparsity term's slope by one m at the start. Where it sinks below Adam's epsilon, λ loses
   * its meaning: the term acts with {@code slope / (slope + epsilon)} of its strength.
   */
  double sparsitySlope(double atLambda) {
    double slope = schedule.relaxation().slopeAtStart() * masks.leastWeightsAnM() * atLambda;
    return slope / masks.total();
  }

  /** Weights that are masked, |M|. */
  public long total() {
    return masks.total();
  }

  @Override
  public void close() {
    manager.close();
    masks.close();
  }
}
