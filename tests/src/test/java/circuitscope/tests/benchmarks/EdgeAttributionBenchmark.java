package circuitscope.tests.benchmarks;

import ai.djl.util.cuda.CudaUtils;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.circuits.EdgeAttribution;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Times edge attribution of a model with random weights on random pairs; {@code
 * tests/benchmarks/edge_attribution_peer.py} times the same in PyTorch. One JSON line a batch.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE PAIRS LENGTH STEPS BATCH[,…] REPEATS
 */
public final class EdgeAttributionBenchmark {
  /** The virtual machine compiles what it has run often. */
  private static final int WARM_UP = 3;

  private EdgeAttributionBenchmark() {}

  public static void main(String[] args) {
    Path config = Path.of(args[0]);
    ComputeDevice device = ComputeDevice.parse(args[1]);
    int steps = Integer.parseInt(args[5]);
    int repeats = Integer.parseInt(args[7]);
    try (Model model = Model.random(HfConfig.read(config), 1, device, Precision.parse(args[2]))) {
      PromptPairs pairs =
          pairs(model.spec().vocab(), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
      EdgeAttribution attribution = new EdgeAttribution(model, PairMetric.LOGIT_DIFFERENCE, steps);
      for (String batch : args[6].split(",", -1)) {
        double[] seconds = new double[repeats];
        for (int i = -Math.min(WARM_UP, repeats); i < repeats; i++) {
          long start = System.nanoTime();
          attribution.scores(pairs, Integer.parseInt(batch), Progress.silent()); // ends on the host
          if (i >= 0) {
            seconds[i] = (System.nanoTime() - start) / 1e9;
          }
        }
        Arrays.sort(seconds);
        long mebibytes =
            device.gpu() ? CudaUtils.getGpuMemory(device.device()).getCommitted() >> 20 : 0;
        System.out.printf(
            Locale.ROOT,
            "{\"tool\": \"circuitscope\", \"config\": \"%s\", \"device\": \"%s\", \"dtype\":"
                + " \"%s\", \"pairs\": %s, \"length\": %s, \"steps\": %d, \"batch\": %s,"
                + " \"edges\": %d, \"seconds\": %.4f, \"used_mib\": %d}%n",
            config.getFileName().toString().replace(".json", ""),
            device,
            args[2],
            args[3],
            args[4],
            steps,
            batch,
            attribution.graph().edges(),
            seconds[repeats / 2],
            mebibytes);
      }
    }
  }

  private static PromptPairs pairs(int vocab, int count, int length) {
    Random random = new Random(1);
    List<PromptPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] clean = random.ints(length, 0, vocab).toArray();
      int[] corrupted = random.ints(length, 0, vocab).toArray();
      int[] answer = {random.nextInt(vocab / 2)};
      int[] wrong = {vocab / 2 + random.nextInt(vocab / 2)};
      pairs.add(new PromptPair(clean, corrupted, answer, wrong, length - 1));
    }
    return PromptPairs.of(pairs);
  }
}
