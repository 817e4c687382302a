package circuitscope.probes.seed.bytes;

import circuitscope.models.tokenizer.TokenLabel;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
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
public final class BytesAnalysis implements Analysis<BytesAnalysis.Parameters, ProbeResult> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens of each piece of text", byDefault = "64", min = 1, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "8", min = 1, unit = "pieces") int pieces,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  private static final int SHOWN = 12;

  @Override
  public String id() {
    return "probe.bytes";
  }

  @Override
  public String title() {
    return "Exact bytes";
  }

  @Override
  public String description() {
    return "Exact next-byte probabilities of a byte-level BPE model (Phan et al. 2024, Hayase et al."
        + " 2025), and how far the naive reading of a prompt's tokens and token healing are off at"
        + " each cut point.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'It is a truth universally ackn' --out bytes";
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
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    ByteScan scan =
        new ByteScan(
            new ModelTokens(subject), new BpeSegmenter(ModelTokens.tokenizer(subject)));
    List<ByteScores> scores = new ArrayList<>();
    for (byte[] text : pieces.bytes()) {
      Progress part = progress.step("piece " + (scores.size() + 1), 1.0 / pieces.texts().size());
      scores.add(scan.scan(text, true, part));
    }
    ByteScores shown = scores.getFirst();
    return new ProbeResult(
        "P(x) = sum over covers t of x of P(t); P(b|x) = P(xb)/P(x); bias = ln P_exact - ln P_naive of"
            + " the next byte",
        "bias of the same text's cuts between tokens; of bits, the entropy of its bytes alone",
        "",
        points(scores, p.seed()),
        notes(scores),
        Map.of("name", "exact-bytes/1", "seed", p.seed(), "opening", "one start token"),
        List.of(strip(shown), nextBytes(shown)),
        List.of(table(scores)),
        pieces.read());
  }

  private static List<Point> points(List<ByteScores> scores, long seed) {
    List<Point> points = new ArrayList<>();
    for (boolean healing : new boolean[] {false, true}) {
      double[][] inside = sums(scores, healing, false);
      double[][] between = sums(scores, healing, true);
      String of = healing ? "healing " : "naive ";
      double chance = mean(between, 1);
      for (int kind = 1; kind <= 2; kind++) {
        int which = kind;
        String name = kind == 1 ? "bias" : "|bias|";
        points.add(
            Point.of(
                of + name + ", cuts inside tokens",
                0,
                Estimate.of(inside, seed, s -> s.values()[which] / s.values()[0]),
                kind == 1 ? chance : null,
                (long) total(inside, 0)));
        points.add(
            Point.of(
                of + name + ", cuts between tokens",
                0,
                Estimate.of(between, seed, s -> s.values()[which] / s.values()[0]),
                null,
                (long) total(between, 0)));
      }
    }
    double[][] bits = new double[scores.size()][];
    for (int i = 0; i < bits.length; i++) {
      ByteScores s = scores.get(i);
      int n = s.text().length;
      bits[i] = new double[] {n, -s.logP()[n] / Math.log(2), -s.logTokens() / Math.log(2)};
    }
    long bytes = (long) total(bits, 0);
    double entropy = ByteEntropy.bits(scores.stream().map(ByteScores::text).toList());
    points.add(
        Point.of(
            "bits a byte, exact",
            0,
            Estimate.of(bits, seed, s -> s.values()[1] / s.values()[0]),
            entropy,
            bytes));
    points.add(
        Point.of(
            "bits a byte, the text's tokens",
            0,
            Estimate.of(bits, seed, s -> s.values()[2] / s.values()[0]),
            entropy,
            bytes));
    double[][] lost = new double[scores.size()][];
    for (int i = 0; i < lost.length; i++) {
      ByteScores s = scores.get(i);
      int cuts = s.logP().length;
      lost[i] = new double[] {cuts, IntStream.range(0, cuts).mapToDouble(s::lost).sum()};
    }
    points.add(
        Point.of(
            "mass on sequences never made",
            0,
            Estimate.of(lost, seed, s -> s.values()[1] / s.values()[0]),
            null,
            (long) total(lost, 0)));
    return points;
  }

  /** {@code [piece][cuts, Σ bias, Σ |bias|]} over cut points of one kind. */
  private static double[][] sums(List<ByteScores> scores, boolean healing, boolean between) {
    double[][] sums = new double[scores.size()][3];
    for (int i = 0; i < sums.length; i++) {
      ByteScores s = scores.get(i);
      double[] reading = healing ? s.logHealed() : s.logNaive();
      for (int n = 1; n < s.text().length; n++) {
        if (s.starts()[n] == between && Double.isFinite(reading[n])) {
          double bias = s.logExact(n) - reading[n];
          sums[i][0]++;
          sums[i][1] += bias;
          sums[i][2] += Math.abs(bias);
        }
      }
    }
    return sums;
  }

  private static double total(double[][] sums, int column) {
    double total = 0;
    for (double[] one : sums) {
      total += one[column];
    }
    return total;
  }

  private static double mean(double[][] sums, int column) {
    return total(sums, column) / total(sums, 0);
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
            "sum over b of P(xb) + P(x, end) + mass never made = P(x) at every cut, at worst to %.1e"
                + " of P(x)",
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
                        "0x%02x".formatted(b),
                        String.format(
                            Locale.ROOT, "%.5f", Math.exp(s.logNext()[end][b] - s.logP()[end]))))
            .toList();
    return new Table(
        new Heading(
            "next-byte",
            "Next byte after the first text",
            "The most likely next bytes, exactly: P(xb)/P(x)."),
        List.of(Table.Column.text("byte"), Table.Column.text("hex"), Table.Column.number("P")),
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
            "piece", "byte", "label", "token_starts", "ln_p_before", "ln_exact", "ln_naive",
            "ln_healed", "entropy_bits", "lost", "covers"),
        rows);
  }
}
