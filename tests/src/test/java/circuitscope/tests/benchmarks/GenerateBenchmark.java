package circuitscope.tests.benchmarks;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Generator;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times greedy generation after a prompt of 32 tokens. Arguments: MODEL DEVICE TOKENS REPETITIONS
 */
public final class GenerateBenchmark {
  private static final int PROMPT = 32;

  private GenerateBenchmark() {}

  public static void main(String[] args) throws IOException {
    int tokens = Integer.parseInt(args[2]);
    int[] prompt = new int[PROMPT];
    Arrays.setAll(prompt, i -> 100 + 7 * i);
    double[] rates = new double[Integer.parseInt(args[3])];
    try (Checkpoint checkpoint =
            Checkpoint.open(ModelCache.ofUser().resolve(ModelId.parse(args[0])));
        Model model =
            Model.load(
                checkpoint, ComputeDevice.parse(args[1]), Precision.FP32, LoadProgress.NONE)) {
      Generator generator = new Generator(model);
      for (int i = 0; i < rates.length; i++) {
        long start = System.nanoTime();
        generator.generate(prompt, tokens, Generator.Sampling.GREEDY, id -> false, id -> true);
        rates[i] = tokens / ((System.nanoTime() - start) / 1e9);
      }
    }
    Arrays.sort(rates);
    System.out.printf(
        Locale.ROOT,
        "{\"model\": \"%s\", \"tokens\": %d, \"tokens_per_second\": %.1f, \"most\": %.1f}%n",
        args[0],
        tokens,
        rates[rates.length / 2],
        rates[rates.length - 1]);
  }
}
