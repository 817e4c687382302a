package circuitscope.subnetworks.train;

import java.math.BigDecimal;

/** How λ is written in file names and provenance: 0, 0.1, 10, 1000, inf, -inf. */
final class LambdaName {
  private LambdaName() {}

  static String of(double lambda) {
    if (Double.isInfinite(lambda)) {
      return lambda > 0 ? "inf" : "-inf";
    }
    return lambda == 0 ? "0" : BigDecimal.valueOf(lambda).stripTrailingZeros().toPlainString();
  }
}
