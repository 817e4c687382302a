package circuitscope.probes.analysis;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.TokenStrip;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How well the model predicts a text.
 *
 * <p>The mean over scored tokens of −ln P(token | those before it in its window); the first token
 * of a window has nothing before it and is not scored. Bits per byte divides by the bytes of text
 * that the scored tokens stand for, so that models with different tokenizers can be compared.
 */
public final class LossAnalysis implements Analysis<LossAnalysis.Parameters, LossAnalysis.Loss> {
  private static final double LN_2 = Math.log(2);

  /** Points of the curve by position; longer windows are averaged in bins. */
  private static final int CURVE_POINTS = 64;

  /** Token losses beyond these are not kept: 1 GB. */
  private static final long KEPT_TOKENS = 250_000_000L;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Tokens a window; without it the model's own context, 1024 at most (a prompt: all"
                      + " of it)",
              optional = true,
              min = 2,
              unit = "tokens")
          @Nullable Integer context,
      @Param(help = "Windows run at once", byDefault = "8", min = 1, unit = "windows") int batch,
      @Param(help = "Stop after so many windows", optional = true, min = 1, unit = "windows")
          @Nullable Long maxWindows) {}

  /**
   * The answer.
   *
   * @param bitsPerByte null when the bytes are not known
   * @param tokens tokens that were scored
   * @param context tokens a window
   * @param byPositionNats {@code [position − 1]} mean over windows
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Loss(
      double lossNats,
      double bitsPerToken,
      @Nullable Double bitsPerByte,
      double perplexity,
      long tokens,
      long bytes,
      int context,
      TokensRead input,
      @JsonIgnore float[] byPositionNats,
      @JsonIgnore List<float[]> tokenLossNats,
      @JsonIgnore List<String> labels)
      implements Result {

    @Override
    public String summary() {
      String perByte =
          bitsPerByte == null ? "" : String.format(Locale.ROOT, "%.4f bits a byte%n", bitsPerByte);
      return String.format(
          Locale.ROOT,
          "%.4f nats a token%n%.4f bits a token%n%sover %,d scored tokens in %,d windows of at most"
              + " %,d%s%n",
          lossNats,
          bitsPerToken,
          perByte,
          tokens,
          input.windows(),
          context,
          input.leftOut() == null ? "; the rest of the text was not read" : "");
    }

    @Override
    public Map<String, Object> protocol() {
      return Map.of(
          "windows", "disjoint, the first token of each not scored", "tokens", input.policy());
    }

    @Override
    public TokensRead tokensRead() {
      return input;
    }

    @Override
    public List<Figure> figures() {
      if (!labels.isEmpty()) {
        float[] values = new float[labels.size()];
        values[0] = Float.NaN;
        System.arraycopy(tokenLossNats.getFirst(), 0, values, 1, values.length - 1);
        return List.of(
            new TokenStrip(
                new Heading(
                    "token-loss",
                    "Loss of each token",
                    "Each token is coloured by how surprising it was, given those before it."),
                labels,
                values,
                Colours.sequential("loss (nats)")));
      }
      int width = Math.max(1, byPositionNats.length / CURVE_POINTS);
      double[] positions = new double[byPositionNats.length / width];
      double[] means = new double[positions.length];
      for (int bin = 0; bin < positions.length; bin++) {
        positions[bin] = 1 + bin * width + (width - 1) / 2.0;
        for (int i = bin * width; i < (bin + 1) * width; i++) {
          means[bin] += byPositionNats[i] / width;
        }
      }
      return List.of(
          new Curves(
              new Heading(
                  "loss-by-position",
                  "Loss by position in the window",
                  "Mean loss of the tokens at each position%s: it falls as there is more to go by."
                      .formatted(width == 1 ? "" : ", %d positions a point".formatted(width))),
              PlotAxis.linear("position"),
              PlotAxis.linear("loss (nats)"),
              List.of(new Curves.Series("loss", positions, means))));
    }

    @Override
    public List<DataTable> tables() {
      List<List<Object>> rows = new ArrayList<>();
      for (int i = 0; i < byPositionNats.length; i++) {
        rows.add(List.of(i + 1, byPositionNats[i]));
      }
      return List.of(new DataTable("loss-by-position", List.of("position", "loss_nats"), rows));
    }

    /** {@code token_loss_nats} {@code [batch, position − 1]}; NaN where a row is shorter. */
    @Override
    public List<TensorSource> tensors() {
      if (tokens > KEPT_TOKENS) {
        throw new IllegalArgumentException(
            "the losses of %,d tokens are too many to store; set --max-windows to at most %,d"
                .formatted(tokens, KEPT_TOKENS / context));
      }
      int width = tokenLossNats.stream().mapToInt(row -> row.length).max().orElse(0);
      float[] flat = new float[tokenLossNats.size() * width];
      Arrays.fill(flat, Float.NaN);
      for (int row = 0; row < tokenLossNats.size(); row++) {
        float[] losses = tokenLossNats.get(row);
        System.arraycopy(losses, 0, flat, row * width, losses.length);
      }
      return List.of(
          TensorSource.of("token_loss_nats", new TensorShape(tokenLossNats.size(), width), flat));
    }
  }

  /** Sums as they grow; one pass over the windows. */
  private static final class Sums {
    private final List<float[]> losses = new ArrayList<>();
    private final double[] byPosition;
    private final long[] counts;
    private double nats;
    private long tokens;
    private long bytes;

    Sums(int context) {
      byPosition = new double[context - 1];
      counts = new long[context - 1];
    }

    void add(TokenWindow window, float[] rowLosses) {
      for (int i = 0; i < rowLosses.length; i++) {
        nats += rowLosses[i];
        byPosition[i] += rowLosses[i];
        counts[i]++;
        bytes += window.byteLengths()[i + 1];
      }
      tokens += rowLosses.length;
      if (tokens <= KEPT_TOKENS) {
        losses.add(rowLosses);
      }
    }

    float[] means() {
      int reached = 0;
      while (reached < counts.length && counts[reached] > 0) {
        reached++;
      }
      float[] means = new float[reached];
      for (int i = 0; i < reached; i++) {
        means[i] = (float) (byPosition[i] / counts[i]);
      }
      return means;
    }
  }

  @Override
  public String id() {
    return "loss";
  }

  @Override
  public String title() {
    return "Loss";
  }

  @Override
  public String description() {
    return "How well the model predicts a text: mean loss in nats, bits a token and bits a byte.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --context 512";
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
  public Loss run(Subject subject, Parameters parameters, Progress progress) {
    Model model = subject.model();
    int context = context(subject, parameters);
    long limit = parameters.maxWindows() == null ? Long.MAX_VALUE : parameters.maxWindows();
    Sums sums = new Sums(context);
    List<String> labels = new ArrayList<>();
    try (TokenRows rows = subject.rows(context, limit)) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> batch = rows.next(parameters.batch());
          !batch.isEmpty();
          batch = rows.next(parameters.batch())) {
        TokenBatch tokens = TokenBatch.of(batch.stream().map(TokenWindow::ids).toList());
        float[][] losses = model.tokenLosses(tokens, Taps.NONE);
        for (int row = 0; row < losses.length; row++) {
          sums.add(batch.get(row), losses[row]);
        }
        if (subject.input() instanceof TokenInput.Prompt && labels.isEmpty()) {
          for (int id : batch.getFirst().ids()) {
            labels.add(subject.label(id));
          }
        }
        progress.advanceTo(rows.done());
      }
      return loss(sums, context, rows.read(), labels);
    }
  }

  private static int context(Subject subject, Parameters parameters) {
    Integer asked = parameters.context();
    int longest = subject.model().spec().contextLength();
    if (asked != null) {
      return asked;
    }
    return subject.requireInput() instanceof TokenInput.TextFiles
        ? Math.min(longest, 1024)
        : longest;
  }

  private static Loss loss(Sums sums, int context, TokensRead read, List<String> labels) {
    if (sums.tokens == 0) {
      throw new IllegalArgumentException(
          "%s: there is no token to score (a window needs two)".formatted(read.source()));
    }
    double nats = sums.nats / sums.tokens;
    return new Loss(
        nats,
        nats / LN_2,
        sums.bytes == 0 ? null : sums.nats / LN_2 / sums.bytes,
        Math.exp(nats),
        sums.tokens,
        sums.bytes,
        context,
        read,
        sums.means(),
        sums.losses,
        labels.size() > 1 ? labels : List.of());
  }
}
