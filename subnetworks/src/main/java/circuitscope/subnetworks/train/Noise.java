package circuitscope.subnetworks.train;

import static circuitscope.probes.analysis.TrainingSequences.mix;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Where the noise of a step comes from: the seed, the step and the matrix alone, so that a training
 * that goes on sees the noise that it would have seen.
 */
final class Noise {
  /** Of SplitMix64 (Steele et al. 2014): 2^64 over the golden ratio. */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private Noise() {}

  /** Two 32-bit keys a matrix, from which gates.py hashes the noise of its weights. */
  static NDArray keys(NDManager scope, long seed, long step, int matrices) {
    int[] keys = new int[2 * matrices];
    long start = mix(mix(seed) + (step + 1) * GOLDEN);
    for (int i = 0; i < matrices; i++) {
      long key = mix(start + (i + 1) * GOLDEN);
      keys[2 * i] = (int) key;
      keys[2 * i + 1] = (int) (key >>> Integer.SIZE);
    }
    return scope.create(keys, new Shape(matrices, 2));
  }
}
