package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;

/**
 * Distances of two rows of distributions {@code [row, vocab]}, from their logarithms, in nats.
 *
 * <p>Jensen–Shannon is half the sum of both KLs to the middle, at most ln 2; total variation is
 * half the sum of absolute differences, at most 1. (The trajectory class of the tuned lens's public
 * repository gives half of the symmetrised KL, which has no bound, and the largest difference.)
 */
enum Divergence {
  KL {
    @Override
    NDArray of(NDArray logP, NDArray logQ) {
      return logP.sub(logQ).muli(logP.exp()).sum(LAST);
    }
  },
  JENSEN_SHANNON {
    @Override
    NDArray of(NDArray logP, NDArray logQ) {
      NDArray middle = logP.exp().addi(logQ.exp()).divi(2).add(Float.MIN_NORMAL).log();
      return KL.of(logP, middle).add(KL.of(logQ, middle)).div(2);
    }
  },
  TOTAL_VARIATION {
    @Override
    NDArray of(NDArray logP, NDArray logQ) {
      return logP.exp().subi(logQ.exp()).abs().sum(LAST).div(2);
    }
  };

  private static final int[] LAST = {-1};

  /**
   * The distance of each row.
   *
   * @return {@code [row]}
   */
  abstract NDArray of(NDArray logP, NDArray logQ);
}
