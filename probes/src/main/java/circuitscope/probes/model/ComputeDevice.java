package circuitscope.probes.model;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Where a model's weights lie and its arithmetic runs. */
public record ComputeDevice(Device device) {
  public static final ComputeDevice CPU = new ComputeDevice(Device.cpu());

  /**
   * Parses {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto} (the first GPU if there is
   * one).
   *
   * @throws IllegalArgumentException for other text, or a GPU that libtorch does not see
   */
  public static ComputeDevice parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    if (text.equals("auto")) {
      return gpus > 0 ? new ComputeDevice(Device.gpu(0)) : CPU;
    }
    if (!text.matches("cuda(:\\d{1,3})?")) {
      throw new IllegalArgumentException(
          "unknown device '%s': expected cpu, cuda, cuda:N or auto".formatted(text));
    }
    int index = text.equals("cuda") ? 0 : Integer.parseInt(text.substring(5));
    if (index >= gpus) {
      throw new IllegalArgumentException(
          "device %s was asked for, but libtorch sees %d GPUs; run circuitscope doctor"
              .formatted(text, gpus));
    }
    return new ComputeDevice(Device.gpu(index));
  }

  /** The CPU, then every GPU that libtorch sees. */
  public static List<ComputeDevice> all() {
    List<ComputeDevice> all = new ArrayList<>(List.of(CPU));
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    for (int gpu = 0; gpu < gpus; gpu++) {
      all.add(new ComputeDevice(Device.gpu(gpu)));
    }
    return all;
  }

  /**
   * Computes a small product that is known.
   *
   * @throws IllegalStateException when it comes out wrong
   */
  public void tryOut() {
    try (NDManager manager = NDManager.newBaseManager(device)) {
      NDArray ones = manager.ones(new Shape(2, 2));
      float entry = ones.matMul(ones).toFloatArray()[0];
      if (entry != 2) {
        throw new IllegalStateException(
            "on %s 1 · 1 + 1 · 1 came out as %s".formatted(this, entry));
      }
    }
  }

  public boolean gpu() {
    return device.isGpu();
  }

  /** {@code cpu} or {@code cuda:N}. */
  @Override
  public String toString() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }
}
