package circuitscope.probes.model;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;

/** Number format of weights and arithmetic. */
public enum Precision {
  /** Double precision: for references, and where a check must see past rounding. */
  FP64,
  FP32,
  /** FP32 storage, matrix products in TensorFloat-32: a property of the process, CUDA only. */
  TF32,
  /** Half precision weights and arithmetic, CUDA only. */
  FP16;

  /** The environment variable that switches TF32 on for a whole process. */
  public static final String TF32_VARIABLE = "TORCH_ALLOW_TF32_CUBLAS_OVERRIDE";

  /** Parses {@code fp64}, {@code fp32}, {@code tf32} or {@code fp16}. */
  public static Precision parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "fp64" -> FP64;
      case "fp32" -> FP32;
      case "tf32" -> TF32;
      case "fp16" -> FP16;
      default ->
          throw new IllegalArgumentException(
              "unknown dtype '%s': expected fp64, fp32, tf32 or fp16".formatted(text));
    };
  }

  /** Storage type on the device. */
  public DataType dataType() {
    return switch (this) {
      case FP64 -> DataType.FLOAT64;
      case FP32, TF32 -> DataType.FLOAT32;
      case FP16 -> DataType.FLOAT16;
    };
  }

  /** Bytes of a stored value. */
  public int bytes() {
    return dataType().getNumOfBytes();
  }

  /**
   * @throws UnsupportedModelException when this process cannot compute so on that device, with the
   *     remedy
   */
  void check(Device device) {
    boolean processAllowsTf32 = "1".equals(System.getenv(TF32_VARIABLE));
    if (!device.isGpu() && this == FP16) {
      throw new UnsupportedModelException(
          "fp16 needs a CUDA device; on the CPU use --dtype fp32 (half precision is about 1,000"
              + " times slower there)");
    }
    if (!device.isGpu() && this == TF32) {
      throw new UnsupportedModelException(
          "tf32 needs a CUDA device: it is a mode of NVIDIA's matrix units, which a CPU does not"
              + " have; use --dtype fp32");
    }
    if (device.isGpu() && this == TF32 && !processAllowsTf32) {
      throw new UnsupportedModelException(
          "tf32 is a property of the process: start it with "
              + TF32_VARIABLE
              + "=1 in its environment (bin/circuitscope --dtype tf32 does)");
    }
    if (device.isGpu() && this == FP32 && processAllowsTf32) {
      throw new UnsupportedModelException(
          "fp32 was asked for in a process that computes in tf32: unset " + TF32_VARIABLE);
    }
  }
}
