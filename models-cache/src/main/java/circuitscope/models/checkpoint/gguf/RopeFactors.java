package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.StoredTensor;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Llama 3's rotary scaling, found again from the divisors of the rotary frequencies that a GGUF
 * file keeps instead of its parameters.
 *
 * <p>With λ the wavelength of a frequency and C the context before scaling, the divisor is 1 where
 * λ &lt; C/high, the factor F where λ &gt; C/low, and between them 1/((1 − s)/F + s) with s = (C/λ
 * − low)/(high − low). Only C/high and C/low matter; Llama 3 has low = 1 and high = 4.
 */
final class RopeFactors {
  static final String TENSOR = "rope_freqs.weight";

  private static final double LOW = 1;
  private static final double HIGH = 4;

  /** Divisors are stored in FP32, and computed in it: a few roundings. */
  private static final double RELATIVE_TOLERANCE = 1e-5;

  private RopeFactors() {}

  /**
   * The {@code rope_scaling} that gives the file's divisors; empty without divisors or if all are
   * 1.
   *
   * @throws CheckpointException if no parameters of Llama 3's rule give them
   */
  static Optional<ObjectNode> scaling(GgufFile file, double theta, int dHead) {
    StoredTensor tensor = file.tensors().get(TENSOR);
    if (tensor == null) {
      return Optional.empty();
    }
    if (tensor.shape().elements() != dHead / 2) {
      throw refused(file, "%d values".formatted(tensor.shape().elements()), dHead);
    }
    float[] divisors = new float[dHead / 2];
    tensor.widen(0, FloatBuffer.wrap(divisors));
    double factor =
        IntStream.range(0, divisors.length).mapToDouble(i -> divisors[i]).max().orElse(1);
    if (factor == 1) {
      return Optional.empty();
    }
    for (int context = 16; context <= 1 << 24; context *= 2) {
      if (gives(divisors, theta, factor, context)) {
        ObjectNode scaling = JsonNodeFactory.instance.objectNode();
        scaling.put("rope_type", "llama3");
        scaling.put("factor", factor);
        scaling.put("low_freq_factor", LOW);
        scaling.put("high_freq_factor", HIGH);
        scaling.put("original_max_position_embeddings", context);
        return Optional.of(scaling);
      }
    }
    throw refused(file, "values up to " + factor, dHead);
  }

  private static boolean gives(float[] divisors, double theta, double factor, int context) {
    for (int i = 0; i < divisors.length; i++) {
      double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / divisors.length);
      double smooth = Math.clamp((context / wavelength - LOW) / (HIGH - LOW), 0, 1);
      double divisor = 1 / ((1 - smooth) / factor + smooth);
      if (!(Math.abs(divisors[i] - divisor) <= RELATIVE_TOLERANCE * divisor)) {
        return false;
      }
    }
    return true;
  }

  private static CheckpointException refused(GgufFile file, String read, int dHead) {
    return new CheckpointException(
        file.file(),
        "tensor '%s' has %s, expected the %d divisors of Llama 3's rotary scaling;"
                .formatted(TENSOR, read, dHead / 2)
            + " give the model's Hugging Face directory instead");
  }
}
