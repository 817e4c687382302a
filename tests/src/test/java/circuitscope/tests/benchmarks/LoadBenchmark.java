package circuitscope.tests.benchmarks;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times loading a checkpoint to the CPU in FP32; {@code tests/benchmarks/load_peer.py} makes one of
 * a given shape and times safetensors with torch. Arguments: FOLDER REPETITIONS
 */
public final class LoadBenchmark {
  private LoadBenchmark() {}

  public static void main(String[] args) throws IOException {
    double[] millis = new double[Integer.parseInt(args[1])];
    Arrays.setAll(millis, i -> load(Path.of(args[0])));
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "{\"tool\": \"circuitscope\", \"ms\": %.0f, \"least\": %.0f, \"peak_mib\": %d}%n",
        millis[millis.length / 2],
        millis[0],
        ForwardBenchmark.peakMebibytes());
  }

  private static double load(Path folder) {
    long start = System.nanoTime();
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      model.synchronize();
      return (System.nanoTime() - start) / 1e6;
    }
  }
}
