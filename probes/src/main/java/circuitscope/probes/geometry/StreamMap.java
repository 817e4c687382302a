package circuitscope.probes.geometry;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;

/**
 * The best linear map from what enters the first layer to what leaves the last, before the final
 * norm: L_out at layer 0 of Chang and Bergen 2025, section 4.2, ridge regression as in {@link
 * Rotation}, with its intercept.
 *
 * @param matrix row-major {@code [dModel, dModel]}: rows of the stream are multiplied from the left
 * @param intercept {@code [dModel]}
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record StreamMap(double[] matrix, double[] intercept) {

  /** Fits the map to what that model does to the tokens. */
  public static StreamMap ofAllLayers(Model model, StreamTokens tokens, Progress progress) {
    progress.begin(tokens.read().windows(), "sequences");
    try (StreamMoments moments = StreamMoments.of(model, tokens.batches(), progress)) {
      int d = moments.width();
      double[] matrix =
          DenseAlgebra.of(d).ridge(moments.gram(0), moments.toOutput(0), Rotation.PENALTY, d);
      double[] before = moments.mean(0);
      double[] intercept = moments.mean(moments.states() - 1);
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          intercept[j] -= before[i] * matrix[i * d + j];
        }
      }
      return new StreamMap(matrix, intercept);
    }
  }
}
