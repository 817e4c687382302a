package circuitscope.tests.golden;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.nio.file.Path;

/** A small checkpoint on the CPU in FP32, with its files. */
record GoldenModel(Checkpoint checkpoint, Model model) implements AutoCloseable {

  static GoldenModel open(Path folder) {
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      return new GoldenModel(
          checkpoint, Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE));
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  static GoldenModel open(String name) {
    return open(Golden.folder(name));
  }

  @Override
  public void close() {
    model.close();
    checkpoint.close();
  }
}
