package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
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

/**
 * Finds a subnetwork by mask training towards a target distribution.
 *
 * <p>Continuous sparsification minimises, over one m a weight with the model frozen, mean
 * CE(target, softmax(z)) + (λ/|M|)·Σ σ(β·m), where each weight w is used as w·σ(β·m); the
 * subnetwork is m &gt; 0 (Chang and Bergen 2025, section 3). Other ways to soften a mask are other
 * {@link Relaxation}s. Everything stays on the device; losses are read every few steps only, so that
 * the host runs ahead of it.
 */
public final class MaskTrainer implements AutoCloseable {
  private final Model model;
  private final Schedule schedule;
  private final TrainingSequences sequences;
  private final Target target;
  private final SoftMasks masks;
  private final NDManager manager;
  private final NDList unread = new NDList(); // sums of losses since the last look

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
   */
  public record Point(int steps, float lossNats, long below, long above, long kept) {}

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

  /** Is offered the state to save. */
  @FunctionalInterface
  public interface Checkpoints {
    void save(MaskTrainer trainer) throws IOException;
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

  /** Begins a run from fresh masks. */
  public void begin(double newLambda, long newSeed) {
    lambda = newLambda;
    seed = newSeed;
    masks.reset();
    restart();
  }

  /** Begins a run from the present hard mask: m = ±m₀, β and the moments as at the start. */
  public void beginWarm(double newLambda, long newSeed, double m0) {
    lambda = newLambda;
    seed = newSeed;
    masks.warmStart(m0);
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
        SoftMasks.Census census = look();
        long undecided = masks.total() - census.below() - census.above();
        if (undecided < schedule.undecided() * census.above()) {
          return outcome(Ending.DECIDED);
        }
        if (census.below() == masks.total()) {
          return outcome(Ending.EMPTY);
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

  private SoftMasks.Census look() {
    int before = losses.size();
    readLosses();
    double mean =
        losses.subList(before, losses.size()).stream()
            .mapToDouble(Float::doubleValue)
            .average()
            .orElse(Double.NaN);
    SoftMasks.Census census = masks.census(beta);
    curve.add(new Point(step, (float) mean, census.below(), census.above(), census.kept()));
    if (Double.isNaN(mean)) {
      throw new IllegalStateException(
          "the loss became NaN by step %d; lower --learning-rate".formatted(step));
    }
    return census;
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
