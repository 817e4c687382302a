package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.PatternReader;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Previous-token, duplicate-token and induction heads.
 *
 * <p>On a block of P tokens given twice, a head's score is the mean attention probability on its
 * target (Olsson et al. 2022, "In-context Learning and Induction Heads", with the follower as
 * target): for queries i in [P, 2P), induction at key i−P+1 and duplicate at key i−P; previous at
 * key i−1 for all i ≥ 1. A high score says where a head looks on such input, not what it does.
 */
public final class DetectAnalysis implements Analysis<DetectAnalysis.Parameters, HeadScores> {
  private static final String PROTOCOL = "circuitscope-repeated-block/1";

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Length of the block that is repeated; with --ids of blocks repeated once, half a"
                      + " row",
              optional = true,
              min = 2,
              unit = "tokens")
          @Nullable Integer period,
      @Param(help = "Rows of random tokens", byDefault = "10", min = 1, unit = "rows") int samples,
      @Param(help = "Rows run at once", byDefault = "10", min = 1, unit = "rows") int batch,
      @Param(help = "Seed of the random tokens", byDefault = "0") long seed) {}

  private static final int DEFAULT_PERIOD = 50;

  @Override
  public String id() {
    return "heads.detect";
  }

  @Override
  public String title() {
    return "Head detection";
  }

  @Override
  public String description() {
    return "Score every head as previous-token, duplicate-token and induction head, on random"
        + " tokens given twice (Olsson et al. 2022).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --period 50";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.OPTIONAL;
  }

  @Override
  public HeadScores run(Subject subject, Parameters parameters, Progress progress) {
    Model model = subject.model();
    int[][] rows = rows(subject, parameters);
    int period = parameters.period() == null ? rows[0].length / 2 : parameters.period();
    checkPeriod(period, rows);
    int layers = model.spec().layers();
    int heads = model.spec().attention().heads();
    double[][] sums = new double[layers * heads][HeadScores.KINDS.size()];
    progress.begin(rows.length, "rows");
    for (int from = 0; from < rows.length; from += parameters.batch()) {
      int[][] batch =
          Arrays.copyOfRange(rows, from, Math.min(rows.length, from + parameters.batch()));
      PatternReader reader =
          new PatternReader((layer, pattern) -> add(layer, pattern, period, sums));
      model.run(TokenBatch.of(batch), reader);
      progress.advance(batch.length);
    }
    return scores(sums, rows, period, layers, heads, subject, parameters);
  }

  private static int[][] rows(Subject subject, Parameters parameters) {
    return switch (subject.input()) {
      case null -> {
        Integer asked = parameters.period();
        yield RepeatedTokens.draw(
            parameters.samples(),
            asked == null ? DEFAULT_PERIOD : asked,
            subject.model().spec().vocab(),
            subject.tokenizer(),
            parameters.seed());
      }
      case TokenInput.Ids ids -> ids.rows();
      case TokenInput.Prompt prompt -> throw textRefused(prompt);
      case TokenInput.TextFiles files -> throw textRefused(files);
    };
  }

  private static IllegalArgumentException textRefused(TokenInput input) {
    return new IllegalArgumentException(
        "%s: these scores need a block of tokens given twice; leave the text out to use random tokens,"
                .formatted(input.describe())
            + " or give --ids");
  }

  private static void checkPeriod(int period, int[][] rows) {
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length < 2 * period) {
        throw new IllegalArgumentException(
            "row %d has %d tokens; a block of %d given twice needs %d"
                .formatted(row, rows[row].length, period, 2 * period));
      }
      for (int i = period; i < 2 * period; i++) {
        if (rows[row][i] != rows[row][i - period]) {
          throw new IllegalArgumentException(
              "row %d does not repeat with period %d: position %d holds %d, position %d holds %d"
                  .formatted(row, period, i - period, rows[row][i - period], i, rows[row][i]));
        }
      }
    }
  }

  /** Adds each head's mean attention on each target, summed over the batch. */
  private static void add(int layer, NDArray pattern, int period, double[][] sums) {
    long[] shape = pattern.getShape().getShape(); // [batch, head, query, key]
    int positions = (int) shape[2];
    int kinds = HeadScores.KINDS.size();
    Shape flat = new Shape(shape[0] * shape[1], shape[2] * shape[3]);
    try (NDArray weights =
            pattern.getManager().create(targets(positions, period), new Shape(flat.get(1), kinds));
        NDArray rows = pattern.reshape(flat);
        NDArray means = rows.matMul(weights)) {
      float[] values = means.toFloatArray(); // [batch · head, kind]
      int heads = (int) shape[1];
      for (int i = 0; i < values.length; i++) {
        int head = i / kinds % heads;
        sums[layer * heads + head][i % kinds] += values[i];
      }
    }
  }

  /** {@code [query, key, kind]}: the weight with which an entry counts towards a kind's mean. */
  private static float[] targets(int positions, int period) {
    int kinds = HeadScores.KINDS.size();
    float[] targets = new float[positions * positions * kinds];
    for (int query = 1; query < positions; query++) {
      targets[at(query, query - 1, positions, HeadScores.Kind.PREVIOUS)] = 1f / (positions - 1);
    }
    for (int query = period; query < 2 * period; query++) {
      int copy = query - period;
      targets[at(query, copy, positions, HeadScores.Kind.DUPLICATE)] = 1f / period;
      targets[at(query, copy + 1, positions, HeadScores.Kind.INDUCTION)] = 1f / period;
    }
    return targets;
  }

  private static int at(int query, int key, int positions, HeadScores.Kind kind) {
    return (query * positions + key) * HeadScores.KINDS.size() + HeadScores.KINDS.indexOf(kind);
  }

  private static HeadScores scores(
      double[][] sums,
      int[][] rows,
      int period,
      int layers,
      int heads,
      Subject subject,
      Parameters parameters) {
    List<HeadScores.Head> scored = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      double[] means = Arrays.stream(sums[i]).map(sum -> sum / rows.length).toArray();
      scored.add(
          new HeadScores.Head(
              "L%dH%d".formatted(i / heads, i % heads),
              i / heads,
              i % heads,
              new HeadScores.Scores(means[0], means[1], means[2])));
    }
    TokenInput given = subject.input();
    String source = given == null ? "random tokens given twice" : given.describe();
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", PROTOCOL);
    protocol.put("period", period);
    protocol.put("rows", rows.length);
    protocol.put("bos", "none added");
    if (given == null) {
      protocol.put(
          "sampler", "uniform over the vocabulary without special tokens, distinct in a block");
      protocol.put("seed", parameters.seed());
    }
    protocol.put("induction", "queries i in [P, 2P), key i-P+1");
    protocol.put("duplicate", "queries i in [P, 2P), key i-P");
    protocol.put("previous", "queries i >= 1, key i-1");
    protocol.put("uniform_attention", uniform(rows[0].length, period));
    TokensRead read =
        new TokensRead(
            source,
            given == null ? "ids drawn" : given.policy(),
            rows.length,
            Arrays.stream(rows).mapToLong(row -> row.length).sum(),
            0L,
            TokenDigest.of(rows));
    return new HeadScores(scored, protocol, read, layers, heads);
  }

  /** What a head would score that attends to everything equally. */
  private static HeadScores.Scores uniform(int positions, int period) {
    double previous = 0;
    for (int query = 1; query < positions; query++) {
      previous += 1.0 / (query + 1) / (positions - 1);
    }
    double repeated = 0;
    for (int query = period; query < 2 * period; query++) {
      repeated += 1.0 / (query + 1) / period;
    }
    return new HeadScores.Scores(previous, repeated, repeated);
  }
}
