package circuitscope.probes.seed.bytes;

import circuitscope.models.tokenizer.TokenLabel;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Table;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Exact probabilities of the next byte, and what reading a prompt's own tokens costs against them.
 *
 * <p>At each cut point of a text the bias is log P_exact(next byte) − log P_naive(next byte), where
 * the naive reading takes the tokens of the text up to there for settled (Phan et al. 2024, Hayase
 * et al. 2025). Token healing, which takes the last token back, is measured the same way.
 */
public final class BytesAnalysis extends Probe<BytesAnalysis.Parameters> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens of each piece of text", byDefault = "64", min = 1, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "8", min = 1, unit = "pieces") int pieces,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  private static final int SHOWN = 12;

  public BytesAnalysis() {
    super(
        Parameters.class,
        Input.REQUIRED,
        "probe.bytes",
        "Exact bytes",
        "Exact next-byte probabilities of a byte-level BPE model (Phan et al. 2024, Hayase et al."
            + " 2025), and how far the naive reading of a prompt's tokens and token healing are off"
            + " at each cut point.",
        "--model embedded:gpt2-4l --text 'It is a truth universally ackn' --out bytes");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    ByteScan scan =
        new ByteScan(new ModelTokens(subject), new BpeSegmenter(ModelTokens.tokenizer(subject)));
    List<ByteScores> scores = new ArrayList<>();
    for (byte[] text : pieces.bytes()) {
      Progress part = progress.step("piece " + (scores.size() + 1), 1.0 / pieces.texts().size());
      scores.add(scan.scan(text, true, part));
    }
    ByteScores shown = scores.getFirst();
    return new ProbeResult(
        "P(x) = sum over covers t of x of P(t); P(b|x) = P(xb)/P(x); bias = ln P_exact - ln P_naive"
            + " of the next byte",
        "bias of the same text's cuts between tokens; of bits, the entropy of its bytes alone",
        "",
        points(scores, p.seed()),
        notes(scores),
        Map.of("name", "exact-bytes/1", "seed", p.seed(), "opening", "one start token"),
        List.of(strip(shown), nextBytes(shown)),
        List.of(table(scores)),
        pieces.read());
  }

  /** Sums of one text: three a kind of cut (how many, Σ bias, Σ |bias|), then these. */
  private static final int BYTES = 12;

  private static final int BITS = 13;
  private static final int TOKEN_BITS = 14;
  private static final int CUTS = 15;
  private static final int LOST = 16;

  private static List<Point> points(List<ByteScores> scores, long seed) {
    double[][] sums = scores.stream().map(BytesAnalysis::sums).toArray(double[][]::new);
    Points points = new Points(seed);
    String[] kinds = {
      "naive, in a token", "naive, between", "healed, in a token", "healed, between"
    };
    for (int kind = 0; kind < kinds.length; kind++) {
      int at = 3 * kind;
      Double between =
          kind % 2 == 0 ? Points.total(sums, at + 4) / Points.total(sums, at + 3) : null;
      points.ratio("bias, " + kinds[kind], 0, sums, at + 1, at, between);
      points.ratio("|bias|, " + kinds[kind], 0, sums, at + 2, at, null);
    }
    double entropy = ByteEntropy.bits(scores.stream().map(ByteScores::text).toList());
    points.ratio("bits a byte, exact", 0, sums, BITS, BYTES, entropy);
    points.ratio("bits a byte, the text's tokens", 0, sums, TOKEN_BITS, BYTES, entropy);
    points.ratio("mass on sequences never made", 0, sums, LOST, CUTS, null);
    return points.list();
  }

  private static double[] sums(ByteScores s) {
    double[] sums = new double[17];
    int bytes = s.text().length;
    for (int n = 1; n < bytes; n++) {
      double[] readings = {s.logNaive()[n], s.logHealed()[n]};
      for (int reading = 0; reading < 2; reading++) {
        double bias = s.logExact(n) - readings[reading];
        if (Double.isFinite(bias)) {
          int at = 6 * reading + (s.starts()[n] ? 3 : 0);
          sums[at]++;
          sums[at + 1] += bias;
          sums[at + 2] += Math.abs(bias);
        }
      }
    }
    sums[BYTES] = bytes;
    sums[BITS] = -s.logP()[bytes] / Math.log(2);
    sums[TOKEN_BITS] = -s.logTokens() / Math.log(2);
    sums[CUTS] = bytes + 1;
    sums[LOST] = IntStream.rangeClosed(0, bytes).mapToDouble(s::lost).sum();
    return sums;
  }

  private static List<String> notes(List<ByteScores> scores) {
    ByteScores first = scores.getFirst();
    int end = first.text().length;
    double gap = 0;
    long covers = 0;
    long bytes = 0;
    long forwards = 0;
    long most = 0;
    for (ByteScores s : scores) {
      for (int n = 0; n <= s.text().length; n++) {
        gap = Math.max(gap, s.gap(n));
        covers += s.covers()[n];
        most = Math.max(most, s.covers()[n]);
      }
      bytes += s.text().length;
      forwards += s.forwards();
    }
    return List.of(
        String.format(
            Locale.ROOT,
            "ln P of the first text's %,d bytes: %.6f exactly, %.6f for its tokens",
            end,
            first.logP()[end],
            first.logTokens()),
        String.format(
            Locale.ROOT,
            "sum over b of P(xb) + P(x, end) + mass never made = P(x) at every cut, at worst to"
                + " %.1e of P(x)",
            gap),
        String.format(
            Locale.ROOT,
            "cost: %,d forwards for %,d bytes; %.1f covers a prefix, %,d at most",
            forwards,
            bytes,
            (double) covers / bytes,
            most));
  }

  private static Figure strip(ByteScores s) {
    List<String> labels = new ArrayList<>();
    float[] bias = new float[s.text().length];
    for (int n = 0; n < bias.length; n++) {
      labels.add(TokenLabel.of(new byte[] {s.text()[n]}));
      double value = s.logExact(n) - s.logNaive()[n];
      bias[n] = Double.isFinite(value) ? (float) value : Float.NaN;
    }
    return new TokenStrip(
        new Heading(
            "token-boundary-bias",
            "Token-boundary bias before each byte",
            "ln P_exact - ln P_naive of each byte, if the prompt ended before it. No colour: the"
                + " naive reading gives it no probability at all, or no tokens end there."),
        labels,
        bias,
        Colours.signed("bias (nats)"));
  }

  private static Figure nextBytes(ByteScores s) {
    int end = s.text().length;
    List<List<String>> rows =
        IntStream.range(0, 256)
            .boxed()
            .sorted(Comparator.comparingDouble(b -> -s.logNext()[end][b]))
            .limit(SHOWN)
            .map(
                b ->
                    List.of(
                        TokenLabel.of(new byte[] {(byte) b.intValue()}),
                        String.format(
                            Locale.ROOT, "%.5f", Math.exp(s.logNext()[end][b] - s.logP()[end]))))
            .toList();
    return new Table(
        new Heading(
            "next-byte",
            "Next byte after the first text",
            "The most likely next bytes, exactly: P(xb)/P(x)."),
        List.of(Table.Column.text("byte"), Table.Column.number("P")),
        rows);
  }

  private static DataTable table(List<ByteScores> scores) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      ByteScores s = scores.get(i);
      for (int n = 0; n < s.text().length; n++) {
        rows.add(
            List.of(
                i,
                n,
                TokenLabel.of(new byte[] {s.text()[n]}),
                s.starts()[n],
                s.logP()[n],
                s.logExact(n),
                s.logNaive()[n],
                s.logHealed()[n],
                s.entropyBits(n),
                s.lost(n),
                s.covers()[n]));
      }
    }
    return new DataTable(
        "cuts",
        List.of(
            "piece",
            "byte",
            "label",
            "token_starts",
            "ln_p_before",
            "ln_exact",
            "ln_naive",
            "ln_healed",
            "entropy_bits",
            "lost",
            "covers"),
        rows);
  }
}
