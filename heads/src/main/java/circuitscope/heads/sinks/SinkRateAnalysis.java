package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.heads.PatternReader;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.TokenBatch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sink rate of the first positions (Gu et al. 2024, "When Attention Sink Emerges in Language
 * Models").
 *
 * <p>For key k of a head, α_k is the mean over queries i ≥ k of the pattern at key k; the rate is
 * the share of (sample, layer, head) with α_k > ε. Both depend on the length: compare at one length
 * only, and beside what uniform attention would give.
 */
public final class SinkRateAnalysis implements Analysis<SinkRateAnalysis.Parameters, SinkRate> {
  private static final int KEYS = 8;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Threshold of a sink", byDefault = "0.3", min = 0, max = 1) double epsilon,
      @Param(help = "Tokens a sample", byDefault = "64", min = 2, unit = "tokens") int length,
      @Param(help = "Samples at most", byDefault = "100", min = 1, unit = "samples") int samples,
      @Param(help = "Samples run at once", byDefault = "20", min = 1, unit = "samples")
          int batch) {}

  @Override
  public String id() {
    return "sinks.rate";
  }

  @Override
  public String title() {
    return "Sink rate";
  }

  @Override
  public String description() {
    return "How often the first positions draw more than a threshold of a head's attention (Gu et"
        + " al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --epsilon 0.3 --length 64";
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
  public SinkRate run(Subject subject, Parameters parameters, Progress progress) {
    int length = parameters.length();
    Sums sums =
        new Sums(
            Math.min(KEYS, length),
            subject.model().spec().layers(),
            subject.model().spec().attention().heads(),
            parameters.epsilon());
    Subject cut =
        new Subject(subject.model(), subject.tokenizer(), cutRows(subject.requireInput(), length));
    try (TokenRows rows = cut.rows(length, parameters.samples())) {
      progress.begin(parameters.samples(), "samples");
      for (List<TokenWindow> batch = rows.next(parameters.batch());
          !batch.isEmpty() && batch.getFirst().size() == length;
          batch = rows.next(parameters.batch())) {
        TokenBatch tokens = TokenBatch.of(batch.stream().map(TokenWindow::ids).toList());
        cut.model().run(tokens, new PatternReader(sums::add));
        sums.samples += batch.size();
        progress.advance(batch.size());
      }
      if (sums.samples == 0) {
        throw new IllegalArgumentException(
            "%s: shorter than one sample of %d tokens; give more text or lower --length"
                .formatted(subject.requireInput().describe(), length));
      }
      return new SinkRate(
          sums.rate(),
          sums.alpha0(),
          uniform(sums.keys, length),
          parameters.epsilon(),
          length,
          protocol(parameters, sums.samples),
          rows.read());
    }
  }

  /** Of ready-made rows the first {@code length} tokens count, as of a text in the paper. */
  private static TokenInput cutRows(TokenInput input, int length) {
    if (!(input instanceof TokenInput.Ids(String source, int[][] rows))) {
      return input;
    }
    int[][] cut = new int[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length < length) {
        throw new IllegalArgumentException(
            "%s: row %d has %d tokens, a sample needs %d; lower --length"
                .formatted(source, row, rows[row].length, length));
      }
      cut[row] = Arrays.copyOf(rows[row], length);
    }
    return new TokenInput.Ids(source, cut);
  }

  private static Map<String, Object> protocol(Parameters parameters, int samples) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "gu-sink-rate/1");
    protocol.put("alpha", "mean over queries i >= k of the pattern at key k");
    protocol.put("rate", "share of (sample, layer, head) with alpha > epsilon");
    protocol.put("epsilon", parameters.epsilon());
    protocol.put("length", parameters.length());
    protocol.put("samples", samples);
    return protocol;
  }

  /** α_k of uniform causal attention: the mean of 1 / (i + 1) over i ≥ k. */
  private static double[] uniform(int keys, int length) {
    double[] alpha = new double[keys];
    for (int key = 0; key < keys; key++) {
      for (int query = key; query < length; query++) {
        alpha[key] += 1.0 / (query + 1) / (length - key);
      }
    }
    return alpha;
  }

  private static final class Sums {
    private final int keys;
    private final double epsilon;
    private final long[] above; // [key]
    private final double[][] first; // [layer][head]
    private int samples;

    Sums(int keys, int layers, int heads, double epsilon) {
      this.keys = keys;
      this.epsilon = epsilon;
      this.above = new long[keys];
      this.first = new double[layers][heads];
    }

    void add(int layer, NDArray pattern) {
      long[] shape = pattern.getShape().getShape(); // [batch, head, query, key]
      int heads = (int) shape[1];
      int queries = (int) shape[2];
      float[] columns;
      try (NDArray columnsOnDevice = pattern.get(new NDIndex(":, :, :, :{}", keys))) {
        columns = columnsOnDevice.toFloatArray(); // [batch, head, query, key < keys]
      }
      for (int row = 0; row < shape[0] * heads; row++) {
        for (int key = 0; key < keys; key++) {
          double alpha = 0;
          for (int query = key; query < queries; query++) {
            alpha += columns[(row * queries + query) * keys + key];
          }
          alpha /= queries - key;
          above[key] += alpha > epsilon ? 1 : 0;
          if (key == 0) {
            first[layer][row % heads] += alpha;
          }
        }
      }
    }

    double[] rate() {
      double cases = (double) samples * first.length * first[0].length;
      return Arrays.stream(above).mapToDouble(count -> count / cases).toArray();
    }

    double[][] alpha0() {
      return Arrays.stream(first)
          .map(layer -> Arrays.stream(layer).map(sum -> sum / samples).toArray())
          .toArray(double[][]::new);
    }
  }
}
