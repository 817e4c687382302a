package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.statistics.Estimate.Resamples;
import java.util.Arrays;

/** Means over rows with bootstrap intervals, on a GPU where the model is on one. */
final class RowMeans {
  private RowMeans() {}

  /**
   * As {@link Estimate#means(double[][], Resamples)}, which is sooner done with on a CPU.
   *
   * @param values {@code [row][quantity]}
   */
  static Estimate[] of(double[][] values, Resamples resamples, NDManager manager) {
    return manager.getDevice().isGpu()
        ? onDevice(values, resamples, manager)
        : Estimate.means(values, resamples);
  }

  /** The same as array operations. */
  static Estimate[] onDevice(double[][] values, Resamples resamples, NDManager manager) {
    double[] ends; // [mean, low, high][quantity]
    try (NDArray scores = matrix(values, manager);
        NDArray times = matrix(resamples.times(), manager);
        NDArray read = RowPlan.step("intervals", manager, scores, times, (long) Resamples.tail())) {
      ends = read.toDoubleArray();
    }
    int count = values[0].length;
    Estimate[] means = new Estimate[count];
    Arrays.setAll(means, i -> new Estimate(ends[i], ends[count + i], ends[2 * count + i]));
    return means;
  }

  private static NDArray matrix(double[][] rows, NDManager manager) {
    int width = rows[0].length;
    double[] flat = new double[rows.length * width];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * width, width);
    }
    return manager.create(flat, new Shape(rows.length, width));
  }
}
