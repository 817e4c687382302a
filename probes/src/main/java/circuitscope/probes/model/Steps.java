package circuitscope.probes.model;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * The TorchScript modules that ship with the product: {@code steps/NAME.pt}, made from {@code
 * src/main/torchscript/NAME.py} by the script beside it. They hold no weights, so one module serves
 * every device and thread.
 */
public final class Steps {
  private Steps() {}

  /** A fresh copy of a module, kept until the process ends. */
  public static PtSymbolBlock load(String name) {
    return load(name, NDManager.newBaseManager(Device.cpu()));
  }

  /**
   * A fresh copy of a module that keeps arrays from call to call.
   *
   * @param owner frees the module, and what it keeps, when it closes
   */
  static PtSymbolBlock load(String name, NDManager owner) {
    String resource = "steps/" + name + ".pt";
    try (InputStream script = Steps.class.getResourceAsStream(resource)) {
      if (script == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return JniUtils.loadModule((PtNDManager) owner, script, true, false);
    } catch (IOException e) {
      throw new UncheckedIOException(resource + " cannot be read", e);
    }
  }

  /**
   * Calls a module; gradients flow through it when the thread records them.
   *
   * @param inputs its arguments in order, unnamed; the first one's manager owns the results
   */
  static NDList run(PtSymbolBlock block, NDList inputs) {
    // The graph optimiser would compile anew for each shape, and fuses nothing worth the while
    // here: docs/results/forward-benchmark.md.
    JniUtils.setGraphExecutorOptimize(false);
    return IValueUtils.forward(block, inputs, true);
  }

  /**
   * Calls a method of a module, without recording for gradients.
   *
   * @param owner of the arrays that it returns
   * @param arguments arrays, lists of arrays, numbers, truth values and texts in its own order
   * @return its list of arrays; empty when it returns none
   */
  public static NDList call(
      PtSymbolBlock block, String method, NDManager owner, Object... arguments) {
    JniUtils.setGraphExecutorOptimize(false);
    IValue[] values = Arrays.stream(arguments).map(Steps::value).toArray(IValue[]::new);
    try (IValue result = IValueUtils.runMethod(block, method, values)) {
      return result.isTensorList()
          ? new NDList(result.toTensorArray((PtNDManager) owner))
          : new NDList();
    } finally {
      for (IValue value : values) {
        value.close();
      }
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case PtNDArray array -> IValue.from(array);
      case NDList list -> IValue.listFrom(list.toArray(new PtNDArray[0]));
      case Double number -> IValue.from(number);
      case Long number -> IValue.from(number);
      case Boolean truth -> IValue.from(truth);
      case String text -> IValue.from(text);
      default -> throw new IllegalArgumentException("no step takes a " + argument.getClass());
    };
  }
}
