package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import circuitscope.probes.model.Steps;

/**
 * What a mask is while it is trained: one real m a weight that says how much of the weight is used.
 * Either way the hard mask is m &gt; 0.
 */
public enum Relaxation {
  /** σ(β·m), which hardens as β grows: continuous sparsification (Savarese et al. 2020). */
  SIGMOID {
    /** σ′(0). */
    @Override
    double slopeAtStart() {
      return 0.25;
    }

    @Override
    NDList soften(NDManager scope, Leaves leaves, Moment at) {
      return Steps.call(
          MASKS, "soften", scope, leaves.weights(), leaves.m(), leaves.used(), at.beta());
    }

    @Override
    void update(NDManager scope, Slopes slopes, Moment at, double sparsity, Schedule s) {
      Steps.call(
          MASKS,
          "update",
          scope,
          slopes.weights(),
          slopes.soft(),
          slopes.m(),
          slopes.gradients(),
          slopes.first(),
          slopes.second(),
          slopes.step(),
          at.beta(),
          1.0 / slopes.positions(),
          sparsity,
          s.learningRate(),
          s.adamBeta1(),
          s.adamBeta2(),
          s.epsilon(),
          s.weightDecay());
    }

    @Override
    NDArray census(NDManager scope, NDList weights, NDList m, double beta) {
      return Steps.call(MASKS, "census", scope, weights, m, beta).singletonOrThrow();
    }
  },

  /**
   * A gate that is often exactly 0 or 1, opened at random (Louizos et al. 2018), m being their log
   * α. The sparsity term is the expected number of open gates; without noise the gate of m = 0 is
   * one half, so that the hard mask rounds it.
   */
  HARD_CONCRETE {
    /** p·(1 − p) at the start, where a gate is open with probability p = σ(τ·log(ζ/−γ)). */
    @Override
    double slopeAtStart() {
      double p = 1 / (1 + Math.pow(1 / 11.0, 2 / 3.0));
      return p * (1 - p);
    }

    @Override
    NDList soften(NDManager scope, Leaves leaves, Moment at) {
      int matrices = leaves.m().size();
      NDArray keys = Noise.keys(scope, at.seed(), at.step(), matrices);
      return Steps.call(GATES, "soften", scope, leaves.weights(), leaves.m(), leaves.used(), keys);
    }

    @Override
    void update(NDManager scope, Slopes slopes, Moment at, double sparsity, Schedule s) {
      Steps.call(
          GATES,
          "update",
          scope,
          slopes.weights(),
          slopes.soft(),
          slopes.m(),
          slopes.gradients(),
          slopes.first(),
          slopes.second(),
          slopes.step(),
          1.0 / slopes.positions(),
          sparsity,
          s.learningRate(),
          s.adamBeta1(),
          s.adamBeta2(),
          s.epsilon(),
          s.weightDecay());
    }

    @Override
    NDArray census(NDManager scope, NDList weights, NDList m, double beta) {
      return Steps.call(GATES, "census", scope, weights, m).singletonOrThrow();
    }
  };

  private static final PtSymbolBlock MASKS = Steps.load("masks");
  private static final PtSymbolBlock GATES = Steps.load("gates");

  /** Where a training stands: all that its next step depends on beside masks and moments. */
  record Moment(double beta, long seed, int step) {}

  /**
   * What is softened, one entry a matrix.
   *
   * @param used receives the used weights
   */
  record Leaves(NDList weights, NDList m, NDList used) {}

  /**
   * What a step of the optimiser reads and changes, one entry a matrix.
   *
   * @param soft what {@link #soften} returned
   * @param gradients by the used weights, summed over positions; overwritten
   * @param first AdamW's moments
   * @param second AdamW's moments
   * @param step optimiser steps done, a scalar
   * @param positions over which the gradients are sums
   */
  record Slopes(
      NDList weights,
      NDList soft,
      NDList m,
      NDList gradients,
      NDList first,
      NDList second,
      NDArray step,
      long positions) {}

  /** The sparsity term's slope by one m at the start, as a share of λ/|M|. */
  abstract double slopeAtStart();

  /** Writes the used weights, and returns the soft masks, which {@code scope} owns. */
  abstract NDList soften(NDManager scope, Leaves leaves, Moment at);

  /**
   * One AdamW step on m.
   *
   * @param sparsity λ/|M|
   */
  abstract void update(NDManager scope, Slopes slopes, Moment at, double sparsity, Schedule s);

  /** How many weights are used to less than 0.1, to more than 0.9, and kept: {@code [3]}. */
  abstract NDArray census(NDManager scope, NDList weights, NDList m, double beta);
}
