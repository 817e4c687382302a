package circuitscope.subnetworks.train;

/**
 * How long and how fast masks are trained (continuous sparsification, Savarese et al. 2020, as used
 * by Chang and Bergen 2025, section 3 and its code; or hard-concrete gates, Louizos et al. 2018).
 *
 * <p>With sigmoids the used weight is w·σ(β·m); m begins at 0 and β at 1, and β grows by a factor
 * after each optimiser step, so that every weight is decided in the end. Gates know no β: they are
 * decided where m, their log α, has gone far enough. AdamW trains m.
 *
 * @param name under which it stands in results
 * @param relaxation what is trained in place of a hard mask
 * @param maxSteps optimiser steps at most
 * @param learningRate constant, no warm-up
 * @param betaGrowth factor of β a step
 * @param batch sequences an optimiser step
 * @param length tokens a sequence
 * @param accumulate parts in which a batch is run, to need less memory
 * @param adamBeta1 decay of the first moment
 * @param adamBeta2 decay of the second moment
 * @param epsilon Adam's; λ keeps its published meaning only at 1e-8
 * @param weightDecay AdamW's, on m; gates have none, which would hold them between 0 and 1
 * @param undecided the run stops when fewer weights than this share of those with σ(β·m) &gt; 0.9
 *     lie between 0.1 and 0.9
 * @param stopEvery steps between two looks at the stop rule (the published code looks at each)
 */
public record Schedule(
    String name,
    Relaxation relaxation,
    int maxSteps,
    double learningRate,
    double betaGrowth,
    int batch,
    int length,
    int accumulate,
    double adamBeta1,
    double adamBeta2,
    double epsilon,
    double weightDecay,
    double undecided,
    int stopEvery) {

  /** Steps of the published schedule, after which β is 1.001^15000 = 3.2e6. */
  public static final int PUBLISHED_STEPS = 15_000;

  private static final double PUBLISHED_GROWTH = 1.001;

  /** Of the published schedule. */
  public static final double PUBLISHED_RATE = 5e-5;

  /** Of gates, whose log α must move by 2 and more where σ(β·m) needs no more than a sign. */
  public static final double GATE_RATE = 1e-2;

  public Schedule {
    if (batch % accumulate != 0) {
      throw new IllegalArgumentException(
          "a batch of %d sequences cannot be run in %d equal parts".formatted(batch, accumulate));
    }
  }

  /** The published schedule: 15,000 steps at most, 32 × 128 tokens a step. */
  public static Schedule published() {
    return of(PUBLISHED_STEPS, PUBLISHED_RATE, PUBLISHED_GROWTH, 32, 128, 1);
  }

  /** The growth for which β ends where the published schedule's does, after fewer steps. */
  public static double growthFor(int maxSteps) {
    return Math.pow(PUBLISHED_GROWTH, (double) PUBLISHED_STEPS / maxSteps);
  }

  /** The published constants with other steps and sizes; named by what differs. */
  public static Schedule of(
      int maxSteps, double learningRate, double betaGrowth, int batch, int length, int accumulate) {
    boolean published =
        maxSteps == PUBLISHED_STEPS
            && learningRate == PUBLISHED_RATE
            && betaGrowth == PUBLISHED_GROWTH
            && batch == 32
            && length == 128;
    String name =
        published
            ? "chang-bergen-2025"
            : "chang-bergen-2025, but %d steps of %d x %d tokens, rate %s, beta x %s a step"
                .formatted(maxSteps, batch, length, learningRate, betaGrowth);
    return new Schedule(
        name,
        Relaxation.SIGMOID,
        maxSteps,
        learningRate,
        betaGrowth,
        batch,
        length,
        accumulate,
        0.9,
        0.999,
        1e-8,
        0.01,
        0.01,
        10);
  }

  /** Hard-concrete gates, with the optimiser and the stop rule of the published schedule. */
  public static Schedule gates(
      int maxSteps, double learningRate, int batch, int length, int accumulate) {
    String name =
        "hard-concrete gates (Louizos et al. 2018), %d steps of %d x %d tokens, rate %s"
            .formatted(maxSteps, batch, length, learningRate);
    return new Schedule(
        name,
        Relaxation.HARD_CONCRETE,
        maxSteps,
        learningRate,
        1,
        batch,
        length,
        accumulate,
        0.9,
        0.999,
        1e-8,
        0,
        0.01,
        10);
  }

  /** β of the step after {@code steps} optimiser steps, to rounding. */
  public double betaAfter(int steps) {
    return Math.pow(betaGrowth, steps);
  }
}
