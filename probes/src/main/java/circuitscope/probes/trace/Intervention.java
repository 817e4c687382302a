package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;

/** What takes the place of a value while the model runs. */
@SuppressWarnings("ArrayRecordComponent") // values are handed over, never compared
public sealed interface Intervention {

  /**
   * The replacement.
   *
   * @param value what the model computed; not changed
   * @param scope owner of arrays made here
   * @return an array that broadcasts to the value's shape
   */
  NDArray replace(NDArray value, NDManager scope);

  /** Zero ablation. */
  record Zero() implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      return value.zerosLike();
    }
  }

  /**
   * Mean ablation: keeps the average contribution, removes what depends on the prompt.
   *
   * @param mean as long as the value's last axis
   */
  record Mean(float[] mean) implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      return row(mean, value, scope);
    }
  }

  /**
   * Activation patching, resample ablation, and freezing a pattern: the value of another run.
   *
   * @param source a value of the same shape, or one that broadcasts to it; owned by its trace
   */
  record Patch(NDArray source) implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      NDArray copy = source.duplicate();
      copy.attach(scope);
      return copy;
    }
  }

  /** The value times a number. */
  record Scale(double factor) implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      return value.mul(factor);
    }
  }

  /**
   * Steering: a vector added at every place.
   *
   * @param vector as long as the value's last axis
   */
  record Add(float[] vector) implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      return value.add(row(vector, value, scope));
    }
  }

  /** Anything else; the function must return a new array (or its argument), never change it. */
  record Custom(UnaryOperator<NDArray> function) implements Intervention {
    @Override
    public NDArray replace(NDArray value, NDManager scope) {
      return function.apply(value);
    }
  }

  private static NDArray row(float[] values, NDArray like, NDManager scope) {
    long width = like.getShape().get(like.getShape().dimension() - 1);
    if (values.length != width) {
      throw new IllegalArgumentException(
          "the intervention has %d values for a last axis of %d".formatted(values.length, width));
    }
    NDArray wide = scope.create(values, new Shape(values.length));
    return wide.toType(like.getDataType(), false);
  }
}
