package circuitscope.probes.seed.noise;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.bytes.TextPieces;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Robustness against typing errors; a proposal, after the noise of Byte2Word (Lee et al. 2022) and
 * MulTypo (2025).
 *
 * <p>Δ(ρ) = bpb(target | noisy context) − bpb(target | clean context) on the same target bytes. The
 * control splits the clean context's tokens at random into as many as the noisy one has: what of Δ
 * is spelling, what segmentation. Scoring the noisy bytes themselves, the entropy of the errors is
 * taken off.
 */
public final class NoiseAnalysis extends Probe<NoiseAnalysis.Parameters> {
  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Probabilities of an error, a letter",
              byDefault = "0.02,0.05,0.1,0.2",
              min = 0,
              max = 1)
          List<Double> rates,
      @Param(
              help = "Kinds of errors",
              byDefault = "neighbour,omission,doubling,insertion,transposition")
          List<KeyboardNoise> kinds,
      @Param(help = "Rate of the view by layer", byDefault = "0.1", min = 0, max = 1)
          double layerRate,
      @Param(help = "Cosine from which a word counts as recovered", byDefault = "0.5") double level,
      @Param(help = "Tokens of each piece of text", byDefault = "128", min = 8, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "32", min = 2, unit = "pieces")
          int pieces,
      @Param(help = "Seed of errors, splits and bootstrap", byDefault = "0") long seed) {}

  public NoiseAnalysis() {
    super(
        Parameters.class,
        Input.REQUIRED,
        "probe.noise",
        "Keyboard noise",
        "What typing errors cost by kind and rate: on a clean text after noisy context, on the"
            + " noisy text itself, against splitting tokens alone, and at which layer words"
            + " recover.",
        "--model embedded:gpt2-4l --file book.txt --rates 0.05,0.2 --out noise");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    int room = subject.model().spec().contextLength() / 2;
    if (p.tokens() > room) {
      throw new IllegalArgumentException(
          "tokens: %d, and noisy text takes up to twice as many; at most %d fit this model"
              .formatted(p.tokens(), room));
    }
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    List<SplitText> texts =
        pieces.texts().stream().map(SplitText::of).filter(text -> text != null).toList();
    if (texts.size() < 2) {
      throw new IllegalArgumentException("fewer than two texts with words on both sides of a cut");
    }
    NoiseRun run = new NoiseRun(subject, new ModelTokens(subject).start(), texts, p.seed());
    Points points = new Points(p.seed());
    progress.begin((long) p.kinds().size() * (p.rates().size() + 1), "settings");
    for (KeyboardNoise kind : p.kinds()) {
      for (double rate : p.rates()) {
        add(points, kind, rate, run.losses(kind, rate));
        progress.advance(1);
      }
    }
    List<String> notes = new ArrayList<>();
    for (KeyboardNoise kind : p.kinds()) {
      String example =
          kind.type(texts.getFirst().context(), p.layerRate(), new SplittableRandom(p.seed()))
              .text();
      notes.add("%s at %s: %s".formatted(kind.word(), p.layerRate(), example.strip()));
      run.byLayer(points, kind, p.layerRate());
      notes.add(
          kind.word()
              + ", recovery depth: "
              + points.of("cosine, " + kind.word()).stream()
                  .filter(point -> point.value() >= p.level())
                  .findFirst()
                  .map(point -> "after layer %.0f".formatted(point.at()))
                  .orElse("none")
              + " (first with mean cosine of at least "
              + p.level()
              + "; 0 is the embedding)");
      progress.advance(1);
    }
    return new ProbeResult(
        "delta(rate) = bpb(target | noisy context) - bpb(target | clean context); own = bpb(noisy)"
            + " - H_noise - bpb(clean)",
        "of delta, clean context split at random into as many tokens; of own, 0; of cosines,"
            + " another word of the text",
        "rate/layer",
        points.list(),
        notes,
        Map.of(
            "name",
            "keyboard-noise/1",
            "seed",
            p.seed(),
            "tokenizer",
            tokenizer.source(),
            "hit",
            "ASCII letters after the first of a word"),
        List.of(
            figure(
                "noise-delta",
                "Cost of a noisy context",
                "rate",
                "bits a byte",
                points.of("delta")),
            figure(
                "noise-layers",
                "Noisy word states against clean ones",
                "layer",
                "cosine",
                points.of("cosine"))),
        List.of(),
        pieces.read());
  }

  private static Figure figure(String id, String title, String x, String y, List<Point> points) {
    return ProbeResult.curves(
        new Heading(id, title, "By kind of error; the null is that of the first kind."),
        PlotAxis.linear(x),
        PlotAxis.linear(y),
        points);
  }

  private static void add(Points points, KeyboardNoise kind, double rate, double[][] sums) {
    String of = ", " + kind.word();
    double control = 0;
    for (double[] s : sums) {
      control += s[NoiseRun.CONTROL] - s[NoiseRun.CLEAN];
    }
    points.add(
        "delta" + of,
        rate,
        sums,
        s -> (s[NoiseRun.NOISY] - s[NoiseRun.CLEAN]) / s[NoiseRun.BYTES],
        control / Points.total(sums, NoiseRun.BYTES),
        NoiseRun.BYTES);
    points.add(
        "own" + of,
        rate,
        sums,
        s ->
            (s[NoiseRun.OWN_NOISY] - s[NoiseRun.ENTROPY]) / s[NoiseRun.OWN_NOISY_BYTES]
                - s[NoiseRun.OWN_CLEAN] / s[NoiseRun.OWN_CLEAN_BYTES],
        0.0,
        NoiseRun.OWN_NOISY_BYTES);
    points.ratio(
        "token inflation" + of, rate, sums, NoiseRun.NOISY_TOKENS, NoiseRun.CLEAN_TOKENS, 1.0);
  }
}
