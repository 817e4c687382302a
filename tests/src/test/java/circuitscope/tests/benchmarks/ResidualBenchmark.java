package circuitscope.tests.benchmarks;

import ai.djl.util.cuda.CudaUtils;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.probes.residual.MemoryBudget;
import circuitscope.probes.residual.attribution.AttributionAnalysis;
import circuitscope.probes.residual.attribution.Level;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Times the lens (top 10, entropy, KL at every layer and position) or attribution by head at every
 * position, on a model with random weights; {@code tests/benchmarks/residual_peer.py} times the
 * same in PyTorch. Says the memory budget that was stated beforehand, beside what the device or
 * process took. One JSON line.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE POSITIONS REPETITIONS lens|attribution|neurons
 */
public final class ResidualBenchmark {
  private static final int WARM_UP = 3;
  private static final int FEW = 16; // positions

  private ResidualBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path config = Path.of(args[0]);
    ComputeDevice device = ComputeDevice.parse(args[1]);
    int positions = Integer.parseInt(args[3]);
    try (Model model = Model.random(HfConfig.read(config), 1, device, Precision.parse(args[2]))) {
      int[] ids = new Random(1).ints(positions, 0, model.spec().vocab()).toArray();
      Supplier<MemoryBudget> work = work(args[5], model, Arrays.copyOf(ids, FEW));
      MemoryBudget budget = work.get(); // brings in the engine's own kernels and workspaces
      work = work(args[5], model, ids);
      long before = usedMebibytes(device);
      for (int i = 0; i < WARM_UP; i++) {
        budget = work.get();
      }
      double[] millis = new double[Integer.parseInt(args[4])];
      for (int i = 0; i < millis.length; i++) {
        long start = System.nanoTime();
        budget = work.get(); // its results are host values, so the device is done
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
      Arrays.sort(millis);
      System.out.printf(
          Locale.ROOT,
          "{\"tool\": \"circuitscope\", \"config\": \"%s\", \"device\": \"%s\", \"dtype\": \"%s\","
              + " \"positions\": %d, \"measure\": \"%s\", \"ms\": %.1f, \"least\": %.1f, \"most\":"
              + " %.1f, \"budget_mib\": %d, \"caching_everything_mib\": %d, \"share\": %.3f,"
              + " \"taken_mib\": %d}%n",
          config.getFileName().toString().replace(".json", ""),
          device,
          args[2],
          positions,
          args[5],
          millis[millis.length / 2],
          millis[0],
          millis[millis.length - 1],
          budget.bytes() >> 20,
          budget.cachingEverythingBytes() >> 20,
          budget.share(),
          usedMebibytes(device) - before);
    }
  }

  private static Supplier<MemoryBudget> work(String measure, Model model, int[] ids) {
    Subject subject = new Subject(model, null, new TokenInput.Ids("random", new int[][] {ids}));
    int positions = ids.length;
    Progress silent = Progress.silent();
    return switch (measure) {
      case "lens" -> {
        var p = new LensAnalysis.Parameters(positions, 10, null);
        yield () -> new LensAnalysis().run(subject, p, silent).budget();
      }
      case "attribution", "neurons" -> {
        Level by = measure.equals("neurons") ? Level.NEURON : Level.HEAD;
        var p = new AttributionAnalysis.Parameters(by, null, "none", -1, true, 20, positions);
        yield () -> new AttributionAnalysis().run(subject, p, silent).budget();
      }
      default -> throw new IllegalArgumentException("lens, attribution or neurons: " + measure);
    };
  }

  /** On a GPU what the device has given out; on a CPU the process's peak so far. */
  private static long usedMebibytes(ComputeDevice device) throws IOException {
    return device.gpu()
        ? CudaUtils.getGpuMemory(device.device()).getCommitted() >> 20
        : ForwardBenchmark.peakMebibytes();
  }
}
