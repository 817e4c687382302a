package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Measures {@link Copying} on rows of random tokens, not repeated and without a start token, as
 * published (the authors call the missing start token a mistake that lowers some heads).
 */
final class CopyingRun {
  private static final int TOKENS = 25;
  private static final int ROWS = 10;

  private final Model model;
  private final int draws;
  private final Copying.Sums[][] sums; // [row][head]
  private final double[][] nulls; // [draw][head]
  private final int[][][] shuffles; // [draw][query][key]

  private CopyingRun(Model model, int draws, long seed) {
    DecoderSpec spec = model.spec();
    int heads = spec.layers() * spec.attention().heads();
    this.model = model;
    this.draws = draws;
    this.sums = new Copying.Sums[ROWS][heads];
    this.nulls = new double[draws][heads];
    this.shuffles = shuffles(draws, seed);
  }

  /**
   * Measures every head.
   *
   * @param batch rows at once, at most
   * @param draws of the null
   * @throws IllegalArgumentException when the vocabulary is too small, or there is no direct path
   */
  static Copying of(Subject subject, int batch, int draws, long seed, Progress progress) {
    Model model = subject.model();
    int vocab = model.spec().vocab();
    Sampler sampler = Sampler.WITHOUT_EXTREMES;
    int[][] rows = sampler.draw(ROWS, TOKENS, vocab, subject.tokenizer(), seed);
    CopyingRun run = new CopyingRun(model, draws, seed);
    progress.begin(ROWS, "rows");
    for (int from = 0; from < ROWS; from += batch) {
      int to = Math.min(ROWS, from + batch);
      run.read(Arrays.copyOfRange(rows, from, to), from);
      progress.advance(to - from);
    }
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "olsson-copying/1");
    protocol.put("rows", ROWS);
    protocol.put("tokens", TOKENS);
    protocol.put("sampler", sampler.words());
    protocol.put("bos", "none, as published");
    protocol.put("seed", seed);
    protocol.put(
        "path", "head, final norm with its scale fixed, unembedding; mean logit subtracted");
    protocol.put(
        "score",
        "4r - 1 with r = a / (a + S): a the raise of attended tokens, weighted by attention, S of"
            + " all tokens of the row; raises below 0 count as 0; mean over queries");
    protocol.put("null", "each query's attention shuffled over the keys that it sees");
    return Copying.of(protocol, run.sums, run.nulls, seed);
  }

  private static int[][][] shuffles(int draws, long seed) {
    RandomGenerator random = OrdinaryTokens.random(seed);
    int[][][] shuffles = new int[draws][TOKENS][TOKENS];
    for (int[][] draw : shuffles) {
      for (int query = 0; query < TOKENS; query++) {
        int[] order = draw[query];
        Arrays.setAll(order, key -> key);
        for (int key = query; key > 0; key--) { // Fisher and Yates
          int other = random.nextInt(key + 1);
          int held = order[key];
          order[key] = order[other];
          order[other] = held;
        }
      }
    }
    return shuffles;
  }

  private void read(int[][] rows, int from) {
    try (NDManager scope = model.newManager()) {
      long[] ids = Arrays.stream(rows).flatMapToInt(Arrays::stream).asLongStream().toArray();
      model.run(TokenBatch.of(rows), new Reader(new DirectPath(model, ids, scope), from));
    }
  }

  /** Meets each layer's pattern, then what its heads write. */
  private final class Reader implements Taps {
    private final DirectPath path;
    private final int from;
    private float[] attention = {}; // [row, head, query, key]

    Reader(DirectPath path, int from) {
      this.path = path;
      this.from = from;
    }

    @Override
    public boolean wants(Site site) {
      return site.kind() == SiteKind.PATTERN || site.kind() == SiteKind.RESULT;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      if (site.kind() == SiteKind.PATTERN) {
        attention = value.toType(DataType.FLOAT32, false).toFloatArray();
        return value;
      }
      long[] shape = value.getShape().getShape(); // [row, query, head, dModel]
      try (NDManager scope = value.getManager().newSubManager()) {
        NDArray written =
            value.transpose(0, 2, 1, 3).reshape(shape[0], shape[2] * shape[1], shape[3]);
        written.attach(scope);
        float[] logits = path.logits(written, site.layer(), true).toFloatArray();
        add(site.layer(), (int) shape[0], (int) shape[2], logits);
      }
      return value;
    }

    /** {@code logits} is {@code [row, head, query, token]}. */
    private void add(int layer, int rows, int heads, float[] logits) {
      for (int row = 0; row < rows; row++) {
        for (int h = 0; h < heads; h++) {
          int head = layer * heads + h;
          int at = (row * heads + h) * TOKENS * TOKENS;
          Copying.Sums own = new Copying.Sums();
          for (int query = 0; query < TOKENS; query++) {
            own.add(attention, logits, at + query * TOKENS, TOKENS);
          }
          sums[from + row][head] = own;
          addNulls(logits, at, head);
        }
      }
    }

    private void addNulls(float[] logits, int at, int head) {
      float[] raises = new float[TOKENS];
      double[][] scores = new double[TOKENS][];
      int counted = 0;
      for (int query = 0; query < TOKENS; query++) {
        double all = 0;
        for (int key = 0; key < TOKENS; key++) {
          raises[key] = Math.max(logits[at + query * TOKENS + key], 0);
          all += raises[key];
        }
        if (all > 0) {
          scores[query] = shuffled(raises, all, at + query * TOKENS, query);
          counted++;
        }
      }
      for (int draw = 0; draw < draws; draw++) {
        double sum = 0;
        for (double[] ofQuery : scores) {
          sum += ofQuery == null ? 0 : ofQuery[draw];
        }
        nulls[draw][head] += (counted == 0 ? -1 : sum / counted) / ROWS;
      }
    }

    /** {@code [draw]} scores of one query. */
    private double[] shuffled(float[] raises, double all, int at, int query) {
      double[] scores = new double[draws];
      for (int draw = 0; draw < draws; draw++) {
        int[] order = shuffles[draw][query];
        double attended = 0;
        for (int key = 0; key <= query; key++) {
          attended += attention[at + order[key]] * raises[key];
        }
        scores[draw] = Copying.Sums.rescaled(attended, all);
      }
      return scores;
    }
  }
}
