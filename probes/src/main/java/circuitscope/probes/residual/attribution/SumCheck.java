package circuitscope.probes.residual.attribution;

import java.util.List;
import java.util.Locale;

/**
 * Whether the parts sum to what they are parts of.
 *
 * @param sum of all parts, over the positions read
 * @param observed the model's own logits, over the same
 * @param relativeError largest over positions of |sum − observed| / max(|observed|, largest |part|)
 * @param tolerance what FP32 leaves room for
 */
public record SumCheck(
    double sum, double observed, double relativeError, double tolerance, boolean holds) {
  static final double TOLERANCE = 1e-4;

  static SumCheck of(List<Part> parts, float[] observed) {
    double total = 0;
    double target = 0;
    double worst = 0;
    for (int position = 0; position < observed.length; position++) {
      double sum = 0;
      double largest = Math.abs(observed[position]);
      for (Part part : parts) {
        sum += part.byPosition()[position];
        largest = Math.max(largest, Math.abs(part.byPosition()[position]));
      }
      double error = Math.abs(sum - observed[position]);
      worst = Math.max(worst, error == 0 ? 0 : error / largest);
      total += sum;
      target += observed[position];
    }
    return new SumCheck(total, target, worst, TOLERANCE, worst <= TOLERANCE);
  }

  /** As in "sum check holds: relative error 3.1e-07, at most 1e-04". */
  public String badge() {
    return String.format(
        Locale.ROOT,
        "sum check %s: relative error %.1e, at most %.0e",
        holds ? "holds" : "FAILS",
        relativeError,
        tolerance);
  }
}
