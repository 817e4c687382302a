package circuitscope.probes.seed.windows;

import circuitscope.models.tokenizer.TokenLabel;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.bytes.BpeSegmenter;
import circuitscope.probes.seed.bytes.ByteEntropy;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.bytes.TextPieces;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Equal-information windows over a text (Lester et al. 2024).
 *
 * <p>From each start the longest run with Σ −log2 p ≤ W, the context forgotten there. Ratio = 8 ·
 * bytes / bits, W bits a full window; coded, an arithmetic coder's ⌈Σ⌉ + 1 bits must fit. An
 * analysis, not a codec: decoding would need bit-exact probabilities.
 */
public final class WindowsAnalysis extends Probe<WindowsAnalysis.Parameters> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Bits a window", byDefault = "16,32,64,128", min = 8, unit = "bits")
          List<Integer> bits,
      @Param(help = "Tokens of each piece of text", byDefault = "64", min = 1, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "8", min = 1, unit = "pieces") int pieces,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  /** Sums of one piece. */
  private static final int WINDOWS = 0;

  private static final int BYTES = 1;
  private static final int CODED_WINDOWS = 2;
  private static final int CODED_BYTES = 3;
  private static final int RESET = 4;
  private static final int EDGES = 5;
  private static final int ALL_BYTES = 6;
  private static final int FULL_BITS = 7;

  public WindowsAnalysis() {
    super(
        Parameters.class,
        Input.REQUIRED,
        "probe.windows",
        "Equal-information windows",
        "Text cut into windows of W bits of a model's exact bytes (Lester et al. 2024): bytes a"
            + " window, compression, what forgetting costs, and whether windows end with words.",
        "--model embedded:gpt2-4l --file book.txt --bits 16,32 --out windows");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    ByteScan scan =
        new ByteScan(new ModelTokens(subject), new BpeSegmenter(ModelTokens.tokenizer(subject)));
    List<Piece> texts = pieces.bytes().stream().map(text -> Piece.of(scan, text)).toList();
    double[] shares = ByteEntropy.shares(pieces.bytes());
    Points points = new Points(p.seed());
    List<Figure> figures = new ArrayList<>();
    progress.begin((long) p.bits().size() * texts.size(), "pieces");
    for (int bits : p.bits()) {
      double[][] sums = new double[texts.size()][];
      double[][] unigram = new double[texts.size()][];
      for (int i = 0; i < sums.length; i++) {
        Piece text = texts.get(i);
        List<EqualInfo.Window> ideal = text.cut(bits);
        sums[i] = sums(text, ideal, text.cut(bits - 2));
        Piece plain = text.unigram(shares);
        unigram[i] = sums(plain, plain.cut(bits), plain.cut(bits - 2));
        if (i == 0 && bits == p.bits().getFirst()) {
          figures.add(map(text, ideal, bits));
        }
        progress.advance(1);
      }
      add(points, bits, sums, unigram, wordEdges(pieces.bytes()));
    }
    figures.add(
        ProbeResult.curves(
            new Heading(
                "windows-ratio", "Compression by window", "8 bytes / bits; null: unigram bytes."),
            PlotAxis.linear("bits a window"),
            PlotAxis.linear("compression ratio"),
            points.of("ratio")));
    return new ProbeResult(
        "longest run with sum -log2 p(x_k | x_i..x_k-1) <= W; ratio = 8 bytes / bits; coded: a run"
            + " fits if its bits + 2 <= W",
        "windows under the text's unigram bytes; for edges, the share of all bytes at word edges;"
            + " for reset cost, none",
        "W",
        points.list(),
        List.of("probabilities: exact bytes"),
        Map.of("name", "equal-info/1", "probabilities", "exact bytes", "seed", p.seed()),
        figures,
        List.of(),
        pieces.read());
  }

  private static void add(
      Points points, int bits, double[][] sums, double[][] plain, double edges) {
    double bytes = Points.total(plain, BYTES) / Points.total(plain, WINDOWS);
    double coded = Points.total(plain, CODED_BYTES) / Points.total(plain, CODED_WINDOWS);
    double scale = 8.0 / bits;
    points.ratio("bytes a window", bits, sums, BYTES, WINDOWS, bytes);
    points.add(
        "ratio, ideal", bits, sums, s -> scale * s[BYTES] / s[WINDOWS], scale * bytes, WINDOWS);
    points.add(
        "ratio, coded",
        bits,
        sums,
        s -> scale * s[CODED_BYTES] / s[CODED_WINDOWS],
        scale * coded,
        CODED_WINDOWS);
    points.add(
        "ratio, no windows", bits, sums, s -> 8 * s[ALL_BYTES] / s[FULL_BITS], null, ALL_BYTES);
    points.ratio("reset cost, bits a byte", bits, sums, RESET, ALL_BYTES, null);
    points.ratio("windows end at word edges", bits, sums, EDGES, WINDOWS, edges);
  }

  private static double[] sums(
      Piece text, List<EqualInfo.Window> ideal, List<EqualInfo.Window> coded) {
    double[] sums = new double[8];
    for (EqualInfo.Window window : ideal) {
      sums[RESET] += window.bits();
      if (window.full()) {
        sums[WINDOWS]++;
        sums[BYTES] += window.to() - window.from();
        sums[EDGES] += wordEdge(text.text(), window.to()) ? 1 : 0;
      }
    }
    for (EqualInfo.Window window : coded) {
      if (window.full()) {
        sums[CODED_WINDOWS]++;
        sums[CODED_BYTES] += window.to() - window.from();
      }
    }
    sums[FULL_BITS] = Arrays.stream(text.whole()).sum();
    sums[RESET] -= sums[FULL_BITS];
    sums[ALL_BYTES] = text.text().length;
    return sums;
  }

  private static double wordEdges(List<byte[]> texts) {
    long edges = 0;
    long all = 0;
    for (byte[] text : texts) {
      for (int at = 1; at < text.length; at++) {
        edges += wordEdge(text, at) ? 1 : 0;
        all++;
      }
    }
    return (double) edges / all;
  }

  /** Whether exactly one side of the place is white space. */
  private static boolean wordEdge(byte[] text, int at) {
    return at < text.length
        && Character.isWhitespace(text[at - 1]) != Character.isWhitespace(text[at]);
  }

  private static Figure map(Piece text, List<EqualInfo.Window> windows, int bits) {
    List<String> labels = new ArrayList<>();
    float[] bytes = new float[windows.size()];
    for (EqualInfo.Window window : windows) {
      int from = window.from();
      int to = window.to();
      bytes[labels.size()] = to - from;
      labels.add(TokenLabel.of(Arrays.copyOfRange(text.text(), from, to)));
    }
    return new TokenStrip(
        new Heading(
            "windows-map",
            "Windows of %d bits over the first text".formatted(bits),
            "Each box is one window: all of it is as surprising as the others, from scratch."),
        labels,
        bytes,
        Colours.sequential("bytes a window"));
  }
}
