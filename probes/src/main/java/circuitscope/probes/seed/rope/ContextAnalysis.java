package circuitscope.probes.seed.rope;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.trace.Taps;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How much context a model uses: the loss of a token given its last n tokens only, less that given
 * the whole window.
 *
 * <p>ΔNLL(n) = NLL(last n only) − NLL(full); the effective context is the smallest n from which on
 * ΔNLL stays below a threshold. What is left of the context is read from position 0 on, with and
 * without the window's first token in front, since losing that token is another loss than losing
 * what it says.
 */
public final class ContextAnalysis implements Analysis<ContextAnalysis.Parameters, ProbeResult> {
  private static final int ROWS_AT_ONCE = 8;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Last tokens, n", byDefault = "1,2,4,8,16,32,64,128,256", min = 1)
          List<Integer> last,
      @Param(help = "Threshold of the effective context", byDefault = "0.01", unit = "nats")
          double threshold,
      @Param(help = "Tokens at the end of each window that are scored", byDefault = "8", min = 1)
          int targets,
      @Param(help = "Tokens a window", byDefault = "512", min = 4, unit = "tokens") int length,
      @Param(help = "Windows at most", byDefault = "16", min = 2, unit = "windows") int windows,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      last = last.stream().sorted().distinct().toList();
      if (last.isEmpty() || last.getLast() + targets + 1 > length) {
        throw new IllegalArgumentException(
            "length: %d targets with %s last tokens each do not fit into a window of %d; raise --length"
                .formatted(targets, last, length));
      }
    }
  }

  /** What stands before the last n tokens. */
  private enum Before {
    NOTHING(0, "last n only"),
    FIRST(1, "first token, last n"),
    OTHER(2, "n of another window, last n");

    private final int place; // among the sums of a window
    private final String series;

    Before(int place, String series) {
      this.place = place;
      this.series = series;
    }
  }

  @Override
  public String id() {
    return "probe.context";
  }

  @Override
  public String title() {
    return "Effective context";
  }

  @Override
  public String description() {
    return "How much worse the model predicts from the last n tokens alone than from the whole"
        + " window, and the smallest n that is as good; 'loss' draws the loss by position.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out context";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    TextWindows text = TextWindows.read(subject, p.length(), p.windows());
    int[][] rows = text.rows();
    int sizes = p.last().size();
    double[][] delta = new double[rows.length][Before.values().length * sizes]; // [window][…]
    progress.begin(rows.length, "windows");
    for (int window = 0; window < rows.length; window++) {
      int[] other = rows[(window + 1) % rows.length];
      double full = full(subject.model(), rows[window], p.targets());
      for (Before before : Before.values()) {
        for (int i = 0; i < sizes; i++) {
          delta[window][before.place * sizes + i] =
              cut(subject.model(), rows[window], other, before, p.last().get(i), p.targets())
                  - full;
        }
      }
      progress.advance(1);
    }
    return result(delta, p, text);
  }

  private static double full(Model model, int[] row, int targets) {
    float[] nats = model.tokenLosses(TokenBatch.of(row), Taps.NONE)[0];
    double sum = 0;
    for (int t = nats.length - targets; t < nats.length; t++) {
      sum += nats[t];
    }
    return sum / targets;
  }

  /** Mean loss of the targets, each from its own row of what is left. */
  private static double cut(
      Model model, int[] row, int[] other, Before before, int last, int targets) {
    double sum = 0;
    for (int from = 0; from < targets; from += ROWS_AT_ONCE) {
      List<int[]> cuts = new ArrayList<>();
      for (int i = from; i < Math.min(targets, from + ROWS_AT_ONCE); i++) {
        int target = row.length - targets + i;
        int[] kept = Arrays.copyOfRange(row, target - last, target + 1);
        int[] front =
            switch (before) {
              case NOTHING -> new int[0];
              case FIRST -> new int[] {row[0]};
              case OTHER -> Arrays.copyOf(other, Math.min(last, target - last));
            };
        int[] joined = Arrays.copyOf(front, front.length + kept.length);
        System.arraycopy(kept, 0, joined, front.length, kept.length);
        cuts.add(joined);
      }
      for (float[] nats : model.tokenLosses(TokenBatch.of(cuts), Taps.NONE)) {
        sum += nats[nats.length - 1];
      }
    }
    return sum / targets;
  }

  /**
   * The smallest n from which on the mean ΔNLL is below the threshold; the window's length if none.
   */
  private static Estimate effective(double[][] delta, int from, Parameters p) {
    double[][] sums =
        Arrays.stream(delta)
            .map(of -> Arrays.copyOfRange(of, from, from + p.last().size()))
            .toArray(double[][]::new);
    return Estimate.of(
        sums,
        p.seed(),
        total -> {
          int reached = p.length();
          for (int i = p.last().size() - 1;
              i >= 0 && total.values()[i] / delta.length < p.threshold();
              i--) {
            reached = p.last().get(i);
          }
          return reached;
        });
  }

  private static ProbeResult result(double[][] delta, Parameters p, TextWindows text) {
    int sizes = p.last().size();
    long n = (long) delta.length * p.targets();
    Estimate[] means = Estimate.means(delta, p.seed());
    List<Point> points = new ArrayList<>();
    List<Point> effective = new ArrayList<>();
    for (Before before : List.of(Before.NOTHING, Before.FIRST)) {
      effective.add(
          Point.of(
              "effective context, " + before.series,
              0,
              effective(delta, before.place * sizes, p),
              null,
              n));
      for (int i = 0; i < sizes; i++) {
        points.add(
            Point.of(
                before.series,
                p.last().get(i),
                means[before.place * sizes + i],
                means[Before.OTHER.place * sizes + i].value(),
                n));
      }
    }
    List<Point> all = new ArrayList<>(points);
    all.addAll(effective);
    return new ProbeResult(
        "DNLL(n) = NLL(token | last n tokens) - NLL(token | whole window), nats; effective context"
            + " = smallest n from which on DNLL < "
            + p.threshold(),
        "the last n tokens after n of another window: twice the context, half of which says"
            + " nothing",
        "n",
        all,
        List.of(
            "an effective context of %d: not reached at the largest n; n (last column): scored tokens"
                .formatted(p.length())),
        Map.of(
            "name",
            "effective-context/1",
            "threshold_nats",
            p.threshold(),
            "positions",
            "what is left is read from position 0 on",
            "seed",
            p.seed()),
        List.of(
            ProbeResult.curves(
                new Heading(
                    "context-length",
                    "What is lost with the last n tokens only",
                    "Loss with n tokens of context less that with the whole window; 95 % bootstrap"
                        + " intervals over windows. Null: another window before them."),
                PlotAxis.log("tokens of context", 1),
                PlotAxis.linear("loss above full context (nats)"),
                points)),
        List.of(),
        text.read());
  }
}
