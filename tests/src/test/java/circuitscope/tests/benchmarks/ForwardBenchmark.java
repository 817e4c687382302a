package circuitscope.tests.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Casts;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/**
 * Times the instrumented forward pass of a model with random weights; {@code
 * tests/benchmarks/forward_peer.py} times the same work in PyTorch. One JSON line a measure:
 * milliseconds as median and extremes, and the most memory that the process has held so far.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE BATCH POSITIONS REPETITIONS MEASURE…
 */
public final class ForwardBenchmark {
  /**
   * The virtual machine compiles what it has run often: time what a session sees, not its start.
   */
  private static final double WARM_UP_SECONDS = 2.5;

  private static final int LEAST_WARM_UP = 3;

  /** Sites that the peers' full caches do not hold either. */
  private static final Set<SiteKind> NOT_CACHED =
      Set.of(SiteKind.RESULT, SiteKind.LN1_OUT, SiteKind.LN2_OUT, SiteKind.LN_FINAL_OUT);

  /** One unit of work, to be timed; what it makes is owned by the manager. */
  private interface Work {
    void run(NDManager scope);
  }

  private final Model model;
  private final TokenBatch tokens;
  private final int[][] ids;

  private ForwardBenchmark(Model model, int batch, int positions) {
    this.model = model;
    Random random = new Random(1);
    ids = new int[batch][positions];
    for (int[] row : ids) {
      Arrays.setAll(row, i -> random.nextInt(model.spec().vocab()));
    }
    tokens = TokenBatch.of(ids);
  }

  public static void main(String[] args) throws IOException {
    Path config = Path.of(args[0]);
    ComputeDevice device = ComputeDevice.parse(args[1]);
    Precision precision = Precision.parse(args[2]);
    int batch = Integer.parseInt(args[3]);
    int positions = Integer.parseInt(args[4]);
    int repetitions = Integer.parseInt(args[5]);
    try (Model model = Model.random(HfConfig.read(config), 1, device, precision)) {
      ForwardBenchmark benchmark = new ForwardBenchmark(model, batch, positions);
      for (String measure : Arrays.asList(args).subList(6, args.length)) {
        double[] millis = benchmark.time(benchmark.work(measure), repetitions);
        System.out.printf(
            Locale.ROOT,
            "{\"tool\": \"circuitscope\", \"config\": \"%s\", \"device\": \"%s\", \"dtype\":"
                + " \"%s\", \"batch\": %d, \"positions\": %d, \"measure\": \"%s\", \"ms\": %.3f,"
                + " \"least\": %.3f, \"most\": %.3f, \"peak_mib\": %d}%n",
            config.getFileName().toString().replace(".json", ""),
            device,
            args[2],
            batch,
            positions,
            measure,
            millis[millis.length / 2],
            millis[0],
            millis[millis.length - 1],
            peakMebibytes());
      }
    }
  }

  private Work work(String measure) {
    return switch (measure) {
      case "forward" -> scope -> model.logits(tokens, Taps.NONE, null, scope);
      case "plain" -> {
        Taps inside = wanting(Sites.inEveryLayer(SiteKind.MLP_POST, model.spec()));
        yield scope -> model.logits(tokens, inside, null, scope);
      }
      case "residuals" -> {
        List<Site> sites = new ArrayList<>(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
        sites.add(Site.of(SiteKind.RESID_POST, model.spec().layers() - 1));
        yield recording(sites);
      }
      case "patterns" -> recording(Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
      case "everything" ->
          recording(
              Sites.of(model.spec()).stream()
                  .filter(site -> !NOT_CACHED.contains(site.kind()))
                  .toList());
      case "backward" -> this::backward;
      default -> throw new IllegalArgumentException("unknown measure '" + measure + "'");
    };
  }

  private Work recording(List<Site> sites) {
    Recorder recorder = Recorder.of(model.spec(), sites);
    Taps logits = wanting(List.of(Site.of(SiteKind.LOGITS))); // computed, not kept
    return scope -> {
      try (var _ = recorder.record(model, tokens, logits)) {
        model.synchronize();
      }
    };
  }

  /** The gradient of the summed next-token loss at the stream that enters the first layer. */
  private void backward(NDManager scope) {
    long[] next = new long[tokens.batch() * (tokens.positions() - 1)];
    for (int row = 0; row < tokens.batch(); row++) {
      for (int i = 1; i < tokens.positions(); i++) {
        next[row * (tokens.positions() - 1) + i - 1] = ids[row][i];
      }
    }
    NDArray targets = scope.create(next, new Shape(tokens.batch(), tokens.positions() - 1, 1));
    Gradients.Objective loss =
        logits ->
            Casts.to(logits.get(":, :-1"), DataType.FLOAT32)
                .logSoftmax(-1)
                .gather(targets, 2)
                .sum()
                .neg();
    List<Site> site = List.of(Site.of(SiteKind.RESID_PRE, 0));
    try (var _ = Gradients.at(model, tokens, site, Taps.NONE, loss)) {
      model.synchronize();
    }
  }

  /** Sorted milliseconds, each from an idle device to an idle device. */
  private double[] time(Work work, int repetitions) {
    double warmUp = 0;
    for (int i = 0; i < LEAST_WARM_UP || warmUp < WARM_UP_SECONDS * 1000; i++) {
      warmUp += millis(work);
    }
    double[] millis = new double[repetitions];
    Arrays.setAll(millis, i -> millis(work));
    Arrays.sort(millis);
    return millis;
  }

  private double millis(Work work) {
    try (NDManager scope = model.newManager()) {
      model.synchronize();
      long start = System.nanoTime();
      work.run(scope);
      model.synchronize();
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static Taps wanting(List<Site> sites) {
    Set<Site> wanted = Set.copyOf(sites);
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return wanted.contains(site);
      }

      @Override
      public NDArray at(Site site, NDArray value) {
        return value;
      }
    };
  }

  static long peakMebibytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }
}
