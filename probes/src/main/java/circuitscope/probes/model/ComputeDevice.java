package circuitscope.probes.model;

import ai.djl.Device;
import ai.djl.engine.Engine;

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

  public boolean gpu() {
    return device.isGpu();
  }

  /** {@code cpu} or {@code cuda:N}. */
  @Override
  public String toString() {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }
}
