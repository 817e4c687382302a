package circuitscope.tests.benchmarks;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.FigureJson;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.FigureData;
import circuitscope.viz.paint.FigureFile;
import circuitscope.viz.paint.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Map;

/**
 * Seconds to lay out and paint one large attention map in each format, and to write its data: one
 * JSON line each. The first round is that of a process which has just started.
 *
 * <p>Arguments: TOKENS ROUNDS.
 */
public final class ExportBenchmark {
  private ExportBenchmark() {}

  /** What is timed: gives the bytes written. */
  private interface Work {
    long bytes() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    int tokens = Integer.parseInt(args[0]);
    Figure figure = ZoomBenchmark.attention(tokens);
    for (int round = 1; round <= Integer.parseInt(args[1]); round++) {
      for (Format format : Format.values()) {
        time(tokens, format.extension(), round, () -> painted(figure, format));
      }
      time(tokens, "json", round, () -> FigureJson.write(figure).length());
      time(
          tokens,
          "csv",
          round,
          () -> FigureData.csv(figure).values().stream().mapToLong(String::length).sum());
    }
  }

  private static long painted(Figure figure, Format format) throws IOException {
    var out = new ByteArrayOutputStream();
    FigureFile.paint(figure, FigureStyle.doubleColumn(), Map.of(), format, out);
    return out.size();
  }

  private static void time(int tokens, String what, int round, Work work) throws IOException {
    long start = System.nanoTime();
    long cpuStart = cpuNanos();
    long bytes = work.bytes();
    System.out.printf(
        Locale.ROOT,
        "{\"benchmark\": \"export\", \"tokens\": %d, \"what\": \"%s\", \"round\": %d,"
            + " \"seconds\": %.3f, \"cpu_seconds\": %.3f, \"bytes\": %d}%n",
        tokens,
        what,
        round,
        (System.nanoTime() - start) / 1e9,
        (cpuNanos() - cpuStart) / 1e9,
        bytes);
  }

  /** Of this thread: what it would take where nothing else runs. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
