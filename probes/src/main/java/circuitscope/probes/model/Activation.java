package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/** Pointwise non-linearities of MLPs, under the names that Hugging Face configs use. */
public enum Activation {
  /** x·Φ(x), by the error function. */
  GELU,
  /** 0.5·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))). */
  GELU_TANH,
  /** x·σ(1.702·x). */
  QUICK_GELU,
  /** x·σ(x). */
  SILU,
  RELU,
  /** max(x, 0)². */
  RELU_SQUARED,
  TANH,
  SIGMOID,
  /** x·tanh(log(1 + eˣ)). */
  MISH,
  IDENTITY;

  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  /**
   * The activation that a config's {@code hidden_act} or {@code activation_function} names.
   *
   * @throws UnsupportedModelException for a name that no family here uses
   */
  public static Activation named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "gelu", "gelu_python" -> GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate" ->
          GELU_TANH;
      case "quick_gelu" -> QUICK_GELU;
      case "silu", "swish" -> SILU;
      case "relu" -> RELU;
      case "relu2" -> RELU_SQUARED;
      case "tanh" -> TANH;
      case "sigmoid" -> SIGMOID;
      case "mish" -> MISH;
      case "linear" -> IDENTITY;
      default ->
          throw new UnsupportedModelException(
              "activation '%s' is not known; known are gelu, gelu_new, gelu_fast, gelu_pytorch_tanh,"
                      .formatted(name)
                  + " quick_gelu, silu, swish, relu, relu2, tanh, sigmoid, mish and linear");
    };
  }

  /** Applied to every element; the result is a new array of the same shape. */
  public NDArray apply(NDArray x) {
    return switch (this) {
      case GELU -> ai.djl.nn.Activation.gelu(x);
      case GELU_TANH -> {
        NDArray inner = x.square().mul(x).muli(0.044715).addi(x).muli(SQRT_2_OVER_PI);
        yield inner.tanh().add(1).mul(x).muli(0.5);
      }
      case QUICK_GELU -> ai.djl.nn.Activation.sigmoid(x.mul(1.702)).mul(x);
      case SILU -> ai.djl.nn.Activation.sigmoid(x).mul(x);
      case RELU -> ai.djl.nn.Activation.relu(x);
      case RELU_SQUARED -> ai.djl.nn.Activation.relu(x).square();
      case TANH -> x.tanh();
      case SIGMOID -> ai.djl.nn.Activation.sigmoid(x);
      case MISH -> ai.djl.nn.Activation.mish(x);
      case IDENTITY -> x;
    };
  }
}
