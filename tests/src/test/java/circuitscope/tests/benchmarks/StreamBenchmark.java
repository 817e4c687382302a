package circuitscope.tests.benchmarks;

import circuitscope.heads.streaming.CacheTimer;
import circuitscope.heads.streaming.CacheTiming;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Times single tokens through a full cache of 4 sinks and recent tokens, in a model with random
 * weights, and the window run from its start; {@code tests/benchmarks/stream_peer.py} times
 * transformers' own caches. One JSON line a cache size.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE SIZE[,…] TOKENS
 */
public final class StreamBenchmark {
  private static final int SINKS = 4;

  private StreamBenchmark() {}

  public static void main(String[] args) throws IOException {
    ComputeDevice device = ComputeDevice.parse(args[1]);
    int tokens = Integer.parseInt(args[4]);
    HfConfig config = HfConfig.read(Path.of(args[0]));
    try (Model model = Model.random(config, 1, device, Precision.parse(args[2]))) {
      int[] ids = new Random(1).ints(8192, 0, model.spec().vocab()).toArray();
      CacheTimer timer = new CacheTimer(model, ids, SINKS, tokens);
      for (String size : args[3].split(",", -1)) {
        CacheTiming timing = timer.time(Integer.parseInt(size), Progress.silent());
        System.out.printf(
            Locale.ROOT,
            "{\"tool\": \"circuitscope\", \"measure\": \"sinks\", \"device\": \"%s\", \"dtype\":"
                + " \"%s\", \"cache\": %d, \"tokens\": %d, \"ms_per_token\": %.4f, \"gb_per_s\":"
                + " %.1f, \"read_bytes\": %d, \"cache_bytes\": %d, \"recompute_ms\": %.3f}%n",
            device,
            args[2],
            timing.cache(),
            tokens,
            timing.streamMillis(),
            timing.gigabytesPerSecond(),
            timing.readBytes(),
            timing.cacheBytes(),
            timing.recomputeMillis());
      }
    }
  }
}
