package circuitscope.app.session.compare;

import circuitscope.app.session.compare.Difference.Method;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.statistics.Estimate;
import java.util.List;
import java.util.Optional;

/**
 * The interval of a difference of losses, from both sides' losses of the very same tokens: windows
 * are drawn with replacement, each with its tokens of both sides. What is common to both sides,
 * such as a hard window, cancels, so that small differences can be told.
 */
final class PairedLoss {
  private static final String LOSSES = "token_loss_nats"; // [window, position − 1]
  private static final double NATS_A_BIT = Math.log(2);

  private PairedLoss() {}

  /** The differences, those of mean losses with their intervals where the tokens are the same. */
  static List<Difference> on(List<Difference> differences, Side a, Side b, long seed) {
    if (a.tokens().isEmpty() || !a.tokens().equals(b.tokens())) {
      return differences;
    }
    Optional<Estimate> nats = meanDifference(a, b, seed);
    if (nats.isEmpty()) {
      return differences;
    }
    return differences.stream().map(one -> paired(one, nats.get())).toList();
  }

  private static Difference paired(Difference difference, Estimate nats) {
    return switch (difference.quantity()) {
      case "loss_nats" -> difference.with(nats.low(), nats.high(), Method.PAIRED_BOOTSTRAP);
      case "bits_per_token" ->
          difference.with(
              nats.low() / NATS_A_BIT, nats.high() / NATS_A_BIT, Method.PAIRED_BOOTSTRAP);
      default -> difference;
    };
  }

  private static Optional<Estimate> meanDifference(Side a, Side b, long seed) {
    if (!a.hasTensors() || !b.hasTensors()) {
      return Optional.empty();
    }
    try (SafetensorsFile inA = SafetensorsFile.open(a.folder().resolve(Side.TENSORS));
        SafetensorsFile inB = SafetensorsFile.open(b.folder().resolve(Side.TENSORS))) {
      StoredTensor lossesA = inA.tensors().get(LOSSES);
      StoredTensor lossesB = inB.tensors().get(LOSSES);
      boolean alike = lossesA != null && lossesB != null && lossesA.shape().equals(lossesB.shape());
      if (!alike || lossesA.shape().rank() != 2 || lossesA.shape().dim(0) < 2) {
        return Optional.empty(); // of one window there is no other to draw
      }
      double[][] sums =
          sums(
              TensorDifference.values(lossesA),
              TensorDifference.values(lossesB),
              Math.toIntExact(lossesA.shape().dim(0)));
      return Optional.of(Estimate.of(sums, seed, total -> total.values()[1] / total.values()[0]));
    }
  }

  /** {@code [window][tokens, summed difference]}. */
  private static double[][] sums(float[] a, float[] b, int windows) {
    int width = a.length / windows;
    double[][] sums = new double[windows][2];
    for (int i = 0; i < a.length; i++) {
      if (!Float.isNaN(a[i]) && !Float.isNaN(b[i])) {
        sums[i / width][0]++;
        sums[i / width][1] += b[i] - a[i];
      }
    }
    return sums;
  }
}
