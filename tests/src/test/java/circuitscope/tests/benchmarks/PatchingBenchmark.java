package circuitscope.tests.benchmarks;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.pairs.PairFile;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.patching.PatchAnalysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Times a grid of the stream, layer by position, over prompt pairs on a model with random weights;
 * {@code tests/benchmarks/patching_peer.py} times the same in PyTorch. One JSON line a number of
 * rows that are run at once.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE PAIRS POSITIONS REPETITIONS ROWS…
 */
public final class PatchingBenchmark {
  private static final int WARM_UPS = 2;

  private PatchingBenchmark() {}

  public static void main(String[] args) throws IOException {
    ComputeDevice device = ComputeDevice.parse(args[1]);
    int pairs = Integer.parseInt(args[3]);
    int positions = Integer.parseInt(args[4]);
    Path file = Files.createTempFile("pairs", ".jsonl");
    HfConfig config = HfConfig.read(Path.of(args[0]));
    try (Model model = Model.random(config, 1, device, Precision.parse(args[2]))) {
      PairFile.write(file, pairs(pairs, positions, model.spec().vocab()));
      for (String rows : Arrays.asList(args).subList(6, args.length)) {
        PatchAnalysis.Parameters parameters =
            ParameterSpec.of(PatchAnalysis.Parameters.class)
                .read(Map.of("pairs", file, "sites", "resid-pre", "rows", rows));
        double[] seconds = new double[Integer.parseInt(args[5])];
        for (int i = -WARM_UPS; i < seconds.length; i++) {
          long start = System.nanoTime();
          PatchAnalysis.exact().run(new Subject(model, null, null), parameters, Progress.silent());
          if (i >= 0) {
            seconds[i] = (System.nanoTime() - start) / 1e9;
          }
        }
        Arrays.sort(seconds);
        System.out.printf(
            Locale.ROOT,
            "{\"tool\": \"circuitscope\", \"device\": \"%s\", \"dtype\": \"%s\", \"pairs\": %d,"
                + " \"positions\": %d, \"cells\": %d, \"rows\": %s, \"seconds\": %.4f, \"least\":"
                + " %.4f, \"most\": %.4f}%n",
            device,
            args[2],
            pairs,
            positions,
            model.spec().layers() * positions,
            rows,
            seconds[seconds.length / 2],
            seconds[0],
            seconds[seconds.length - 1]);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static PromptPairs pairs(int count, int positions, int vocab) {
    Random random = new Random(1);
    List<PromptPair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] clean = random.ints(positions, 2, vocab).toArray();
      int[] corrupted = random.ints(positions, 2, vocab).toArray();
      pairs.add(new PromptPair(clean, corrupted, new int[] {0}, new int[] {1}, positions - 1));
    }
    return PromptPairs.of(pairs);
  }
}
