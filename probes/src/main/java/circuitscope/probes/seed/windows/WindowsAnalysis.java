package circuitscope.probes.seed.windows;

import circuitscope.models.tokenizer.TokenLabel;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.bytes.BpeSegmenter;
import circuitscope.probes.seed.bytes.ByteEntropy;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.bytes.TextPieces;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.TokenStrip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Equal-information windows over a text (Lester et al. 2024).
 *
 * <p>From each start the longest run with Σ −log2 p ≤ W, the context forgotten there. Ratio = 8 ·
 * bytes / bits, W bits a full window; coded, an arithmetic coder's ⌈Σ⌉ + 1 bits must fit. An
 * analysis, not a codec: decoding would need bit-exact probabilities.
 */
public final class WindowsAnalysis implements Analysis<WindowsAnalysis.Parameters, ProbeResult> {
  /** What a window is filled with. */
  public enum Unit {
    /** Bytes, by their exact probabilities. */
    BYTE,
    /** Whole tokens, by the model's own probabilities. */
    TOKEN
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Bits a window", byDefault = "16,32,64,128", min = 8, unit = "bits")
          List<Integer> bits,
      @Param(help = "What is coded: exact bytes or whole tokens", byDefault = "byte") Unit unit,
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

  @Override
  public String id() {
    return "probe.windows";
  }

  @Override
  public String title() {
    return "Equal-information windows";
  }

  @Override
  public String description() {
    return "Text cut into windows of W bits of the model's information (Lester et al. 2024): bytes a"
        + " window, compression, what forgetting costs, and whether windows end with words.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --bits 16,32 --out windows";
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
    List<Pieces> texts = new ArrayList<>();
    ByteScan scan =
        p.unit() == Unit.BYTE
            ? new ByteScan(new ModelTokens(subject), new BpeSegmenter(ModelTokens.tokenizer(subject)))
            : null;
    for (byte[] text : pieces.bytes()) {
      texts.add(
          scan == null ? Pieces.ofTokens(subject, text) : Pieces.ofBytes(scan, text));
    }
    double[] shares = ByteEntropy.shares(pieces.bytes());
    List<Point> points = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    progress.begin((long) p.bits().size() * texts.size(), "pieces");
    for (int bits : p.bits()) {
      double[][] sums = new double[texts.size()][];
      double[][] unigram = new double[texts.size()][];
      for (int i = 0; i < sums.length; i++) {
        Pieces text = texts.get(i);
        List<EqualInfo.Window> ideal = EqualInfo.cut(text, bits);
        sums[i] = sums(text, ideal, EqualInfo.cut(text, bits - 2));
        Pieces plain = text.unigram(shares);
        unigram[i] = sums(plain, EqualInfo.cut(plain, bits), EqualInfo.cut(plain, bits - 2));
        if (i == 0 && bits == p.bits().getFirst()) {
          figures.add(map(text, ideal, bits));
        }
        progress.advance(1);
      }
      add(points, bits, sums, unigram, wordEdges(pieces.bytes()), p.seed());
    }
    figures.add(
        ProbeResult.curves(
            new Heading(
                "windows-ratio", "Compression by window", "8 bytes / bits; null: unigram bytes."),
            PlotAxis.linear("bits a window"),
            PlotAxis.linear("compression ratio"),
            points.stream().filter(point -> point.series().startsWith("ratio")).toList()));
    return new ProbeResult(
        "longest run with sum -log2 p(x_k | x_i..x_k-1) <= W; ratio = 8 bytes / bits; coded: a run"
            + " fits if its bits + 2 <= W",
        "windows under the text's unigram bytes; for edges, the share of all bytes at word edges; for"
            + " reset cost, none",
        "W",
        points,
        List.of("units: " + (scan == null ? "whole tokens" : "exact bytes")),
        Map.of("name", "equal-info/1", "unit", p.unit().toString(), "seed", p.seed()),
        figures,
        List.of(),
        pieces.read());
  }

  private static void add(
      List<Point> points,
      int bits,
      double[][] sums,
      double[][] unigram,
      double edges,
      long seed) {
    long windows = (long) total(sums, WINDOWS);
    double plain = total(unigram, BYTES) / total(unigram, WINDOWS);
    points.add(ratio("bytes a window", bits, sums, BYTES, WINDOWS, 1, plain, windows, seed));
    double scale = 8.0 / bits;
    points.add(
        ratio("ratio, ideal", bits, sums, BYTES, WINDOWS, scale, plain * scale, windows, seed));
    points.add(
        ratio(
            "ratio, coded", bits, sums, CODED_BYTES, CODED_WINDOWS, scale,
            scale * total(unigram, CODED_BYTES) / total(unigram, CODED_WINDOWS),
            (long) total(sums, CODED_WINDOWS), seed));
    long bytes = (long) total(sums, ALL_BYTES);
    points.add(ratio("ratio, no windows", bits, sums, ALL_BYTES, FULL_BITS, 8, null, bytes, seed));
    points.add(ratio("reset cost, bits a byte", bits, sums, RESET, ALL_BYTES, 1, null, bytes, seed));
    points.add(ratio("windows end at word edges", bits, sums, EDGES, WINDOWS, 1, edges, windows, seed));
  }

  private static Point ratio(
      String name,
      int bits,
      double[][] sums,
      int of,
      int by,
      double scale,
      @Nullable Double chance,
      long count,
      long seed) {
    Estimate value = Estimate.of(sums, seed, s -> scale * s.values()[of] / s.values()[by]);
    return Point.of(name, bits, value, chance, count);
  }

  private static double total(double[][] sums, int column) {
    return Arrays.stream(sums).mapToDouble(one -> one[column]).sum();
  }

  private static double[] sums(
      Pieces text, List<EqualInfo.Window> ideal, List<EqualInfo.Window> coded) {
    double[] sums = new double[8];
    for (EqualInfo.Window window : ideal) {
      sums[RESET] += window.bits();
      if (window.full()) {
        sums[WINDOWS]++;
        sums[BYTES] += text.place(window.to()) - text.place(window.from());
        sums[EDGES] += wordEdge(text.text(), text.place(window.to())) ? 1 : 0;
      }
    }
    for (EqualInfo.Window window : coded) {
      if (window.full()) {
        sums[CODED_WINDOWS]++;
        sums[CODED_BYTES] += text.place(window.to()) - text.place(window.from());
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

  private static Figure map(Pieces text, List<EqualInfo.Window> windows, int bits) {
    List<String> labels = new ArrayList<>();
    float[] bytes = new float[windows.size()];
    for (EqualInfo.Window window : windows) {
      int from = text.place(window.from());
      int to = text.place(window.to());
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
