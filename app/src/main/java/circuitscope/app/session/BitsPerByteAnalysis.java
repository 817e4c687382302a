package circuitscope.app.session;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.MaskableMatrix;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.bytes.ByteEntropy;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.bytes.TextPieces;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.trace.Taps;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bits per byte of several models on one text, with what each spends on it (Languini, Stanić et al.
 * 2023).
 *
 * <p>bpb = Σ NLL / (ln 2 · bytes); normalised perplexity = exp(Σ NLL / bytes · b_ref), b_ref the
 * mean bytes a token of --model's tokenizer on the text. All read the same bytes with the same
 * context and stride; every token but the opening one is scored, once.
 */
public final class BitsPerByteAnalysis extends Probe<BitsPerByteAnalysis.Parameters> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Other models to compare: folders, hub names, embedded:NAME")
          List<String> models,
      @Param(help = "Tokens a window", byDefault = "256", min = 2, unit = "tokens") int context,
      @Param(
              help = "Tokens from one window to the next",
              byDefault = "128",
              min = 1,
              unit = "tokens")
          int stride,
      @Param(help = "Tokens of each piece of text", byDefault = "500", min = 2, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "16", min = 2, unit = "pieces")
          int pieces,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {
    public Parameters {
      if (stride >= context) {
        throw new IllegalArgumentException(
            "stride: %d tokens leave a window of %d nothing to see; give less than the context"
                .formatted(stride, context));
      }
    }
  }

  /** Sums of one piece of text. */
  private static final int BYTES = 0;

  private static final int NATS = 1;
  private static final int TOKENS = 2;
  private static final int RUN = 3;

  /**
   * One model's answer.
   *
   * @param flops of the products of weights and of attention, a token run
   * @param sums {@code [piece][sum]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Scored(String name, long parameters, double flops, double[][] sums) {
    double flopsPerByte() {
      return flops * Points.total(sums, RUN) / Points.total(sums, BYTES);
    }
  }

  public BitsPerByteAnalysis() {
    super(
        Parameters.class,
        Input.REQUIRED,
        "probe.bpb",
        "Bits per byte",
        "Bits per byte and normalised perplexity of several models on the same text, beside their"
            + " parameters and operations (Languini, Stanic et al. 2023).",
        "--model embedded:gpt2-4l --models EleutherAI/pythia-70m --file book.txt --out bpb");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    List<Scored> scored = new ArrayList<>();
    double share = 1.0 / (1 + p.models().size());
    String own = subject.model().identity().origin();
    scored.add(score(own, subject, pieces.texts(), p, progress.step(own, share)));
    for (String model : p.models()) {
      scored.add(opened(model, subject, pieces.texts(), p, progress.step(model, share)));
    }
    Scored first = scored.getFirst();
    double reference = Points.total(first.sums(), BYTES) / Points.total(first.sums(), TOKENS);
    Points points = new Points(p.seed());
    double entropy = ByteEntropy.bits(pieces.bytes());
    for (int at = 0; at < scored.size(); at++) {
      Scored one = scored.get(at);
      points.add(
          "bits a byte, " + one.name(),
          at,
          one.sums(),
          s -> s[NATS] / s[BYTES] / Math.log(2),
          entropy,
          BYTES);
      points.add(
          "normalised perplexity, " + one.name(),
          at,
          one.sums(),
          s -> Math.exp(s[NATS] / s[BYTES] * reference),
          Math.exp(entropy * Math.log(2) * reference),
          BYTES);
      double[][] paired = new double[first.sums().length][2];
      for (int i = 0; i < paired.length; i++) {
        paired[i][0] = one.sums()[i][BYTES];
        paired[i][1] = (one.sums()[i][NATS] - first.sums()[i][NATS]) / Math.log(2);
      }
      if (at > 0) {
        points.ratio("more bits than the first, " + one.name(), at, paired, 1, 0, 0.0);
      }
    }
    return new ProbeResult(
        "bpb = sum NLL / (ln 2 bytes); normalised perplexity = exp(sum NLL / bytes * %.4f), bytes a token of the first tokenizer"
            .formatted(reference),
        "the text's unigram bytes; of differences, 0",
        "model",
        points.list(),
        List.of(
            "operations a token = 2 (weights of products + unembedding) + 4 layers heads dHead"
                + " context / 2, times tokens run a token scored"),
        Map.of(
            "name",
            "bits-per-byte/1",
            "seed",
            p.seed(),
            "context",
            p.context(),
            "stride",
            p.stride()),
        figures(scored, points, reference),
        List.of(),
        pieces.read());
  }

  private static Scored opened(
      String name, Subject like, List<String> texts, Parameters p, Progress progress) {
    try (Checkpoint checkpoint = Checkpoint.open(ModelCache.ofUser().resolve(ModelId.parse(name)));
        Tokenizer tokenizer = checkpoint.tokenizer();
        Model model =
            Model.load(
                checkpoint, like.model().device(), like.model().precision(), LoadProgress.NONE)) {
      return score(name, new Subject(model, tokenizer, null), texts, p, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Scored score(
      String name, Subject subject, List<String> texts, Parameters p, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    if (p.context() > spec.contextLength()) {
      throw new IllegalArgumentException(
          "context: %s has been made for %d tokens, and all models read %d"
              .formatted(name, spec.contextLength(), p.context()));
    }
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    int start = new ModelTokens(subject).start();
    double[][] sums = new double[texts.size()][4];
    progress.begin(texts.size(), "texts");
    for (int i = 0; i < sums.length; i++) {
      int[] ids = tokenizer.encode(texts.get(i));
      int[] row = new int[ids.length + 1];
      row[0] = start;
      System.arraycopy(ids, 0, row, 1, ids.length);
      sums[i][BYTES] = texts.get(i).getBytes(StandardCharsets.UTF_8).length;
      sums[i][TOKENS] = ids.length;
      add(subject.model(), row, p, sums[i]);
      progress.advance(1);
    }
    long weights =
        MaskableMatrix.of(subject.model()).stream()
            .mapToLong(matrix -> (long) matrix.rows() * matrix.columns())
            .sum();
    double products = weights + (double) spec.vocab() * spec.embedding().width();
    double attention =
        2.0 * spec.layers() * spec.attention().heads() * spec.attention().dHead() * p.context();
    String shown = String.valueOf(Path.of(name).getFileName());
    return new Scored(
        shown, subject.model().weights().parameters(), 2 * products + attention, sums);
  }

  /** Windows of a row, each scoring what those before it did not. */
  private static void add(Model model, int[] row, Parameters p, double[] sums) {
    int scored = 1;
    for (int from = 0; scored < row.length; from += p.stride()) {
      int to = Math.min(row.length, from + p.context());
      float[] nats =
          model.tokenLosses(TokenBatch.of(Arrays.copyOfRange(row, from, to)), Taps.NONE)[0];
      for (; scored < to; scored++) {
        sums[NATS] += nats[scored - from - 1];
      }
      sums[RUN] += to - from;
    }
  }

  private static List<Figure> figures(List<Scored> scored, Points points, double reference) {
    List<List<String>> rows = new ArrayList<>();
    List<Scatter.Group> groups = new ArrayList<>();
    for (Scored one : scored) {
      double nats = Points.total(one.sums(), NATS);
      double tokens = Points.total(one.sums(), TOKENS);
      Point bits = points.of("bits a byte, " + one.name()).getFirst();
      rows.add(
          List.of(
              one.name(),
              String.format(Locale.ROOT, "%.1f", one.parameters() / 1e6),
              String.format(Locale.ROOT, "%.1f", one.flops() / 1e6),
              String.format(Locale.ROOT, "%.1f", one.flopsPerByte() / 1e6),
              String.format(Locale.ROOT, "%.3f", Points.total(one.sums(), BYTES) / tokens),
              String.format(Locale.ROOT, "%.2f", Math.exp(nats / tokens)),
              String.format(
                  Locale.ROOT,
                  "%.2f",
                  Math.exp(nats / Points.total(one.sums(), BYTES) * reference)),
              String.format(Locale.ROOT, "%.4f", bits.value())));
      groups.add(
          new Scatter.Group(
              one.name(), new double[] {one.flopsPerByte() / 1e6}, new double[] {bits.value()}));
    }
    return List.of(
        new Table(
            new Heading("bpb", "Models on the same text", "The same bytes, context and stride."),
            List.of(
                Table.Column.text("model"),
                Table.Column.number("parameters (M)"),
                Table.Column.number("MFLOP a token"),
                Table.Column.number("MFLOP a byte"),
                Table.Column.number("bytes a token"),
                Table.Column.number("perplexity"),
                Table.Column.number("normalised"),
                Table.Column.number("bits a byte")),
            rows),
        new Scatter(
            new Heading("bpb-compute", "What bits cost", "Down and left is better."),
            PlotAxis.log("MFLOP a byte", 0.01),
            PlotAxis.linear("bits a byte"),
            groups));
  }
}
