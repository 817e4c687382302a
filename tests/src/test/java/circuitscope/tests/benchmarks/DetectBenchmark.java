package circuitscope.tests.benchmarks;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Times head detection on a model with random weights; {@code tests/benchmarks/detect_peer.py}
 * times the same work in PyTorch. One block of tokens given twice a row; scored are the previous,
 * duplicate and induction kinds under five protocols with nulls and intervals (measure {@code
 * detect}), or the patterns are made and dropped ({@code patterns}: what detection adds is the
 * difference). One JSON line a measure; with {@code by-turns} behind the measures, one more for
 * each line read ({@code by_turns.py} asks two programs in turn).
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE ROWS POSITIONS REPETITIONS MEASURE… [by-turns]
 */
public final class DetectBenchmark {
  private static final double WARM_UP_MILLIS = 10_000;
  private static final int LEAST_WARM_UP = 1;
  private static final String PROTOCOLS =
      "circuitscope-repeated-block,transformerlens-mul,transformerlens-mul-excluding,"
          + "transformerlens-abs,transformerlens-abs-excluding";

  private DetectBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path config = Path.of(args[0]);
    ComputeDevice device = ComputeDevice.parse(args[1]);
    Precision precision = Precision.parse(args[2]);
    int rows = Integer.parseInt(args[3]);
    int positions = Integer.parseInt(args[4]);
    List<String> measures = new ArrayList<>(Arrays.asList(args).subList(6, args.length));
    boolean byTurns = measures.remove("by-turns");
    try (Model model = Model.random(HfConfig.read(config), 1, device, precision)) {
      int[][] ids = ids(rows, positions, model.spec().vocab());
      for (String measure : measures) {
        Runnable work = work(measure, model, ids);
        warmUp(work);
        report(args, measure, work);
        while (byTurns && System.in.read() == '\n') {
          report(args, measure, work);
        }
      }
    }
  }

  private static void report(String[] args, String measure, Runnable work) throws IOException {
    int repetitions = Integer.parseInt(args[5]);
    long before = cpuNanos();
    double[] millis = time(work, repetitions);
    double cpuMillis = (cpuNanos() - before) / 1e6 / repetitions;
    System.out.printf(
        Locale.ROOT,
        "{\"tool\": \"circuitscope\", \"device\": \"%s\", \"dtype\": \"%s\", \"rows\": %s,"
            + " \"positions\": %s, \"measure\": \"%s\", \"ms\": %.3f, \"least\": %.3f,"
            + " \"most\": %.3f, \"cpu_ms\": %.1f, \"peak_mib\": %d}%n",
        args[1],
        args[2],
        args[3],
        args[4],
        measure,
        millis[millis.length / 2],
        millis[0],
        millis[millis.length - 1],
        cpuMillis,
        ForwardBenchmark.peakMebibytes());
  }

  private static int[][] ids(int rows, int positions, int vocab) {
    Random random = new Random(1);
    int period = positions / 2;
    int[][] ids = new int[rows][2 * period];
    for (int[] row : ids) {
      int[] block = random.ints(0, vocab).distinct().limit(period).toArray();
      System.arraycopy(block, 0, row, 0, period);
      System.arraycopy(block, 0, row, period, period);
    }
    return ids;
  }

  private static Runnable work(String measure, Model model, int[][] ids) {
    return switch (measure) {
      case "detect" -> {
        Map<String, Object> given =
            Map.of("protocols", PROTOCOLS, "copying", false, "successor", false);
        DetectAnalysis.Parameters parameters =
            ParameterSpec.of(DetectAnalysis.Parameters.class).read(given);
        Subject subject = new Subject(model, null, new TokenInput.Ids("benchmark", ids));
        yield () -> new DetectAnalysis().run(subject, parameters, Progress.silent());
      }
      case "patterns" ->
          () -> {
            model.run(TokenBatch.of(ids), new PatternReader((layer, pattern) -> {}));
            model.synchronize();
          };
      default -> throw new IllegalArgumentException("unknown measure '" + measure + "'");
    };
  }

  private static void warmUp(Runnable work) {
    double spent = 0;
    for (int i = 0; i < LEAST_WARM_UP || spent < WARM_UP_MILLIS; i++) {
      spent += millis(work);
    }
  }

  /** Processor time of all threads: on a machine that others use, steadier than the clock. */
  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  /** Sorted milliseconds. */
  private static double[] time(Runnable work, int repetitions) {
    double[] millis = new double[repetitions];
    Arrays.setAll(millis, i -> millis(work));
    Arrays.sort(millis);
    return millis;
  }

  private static double millis(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }
}
