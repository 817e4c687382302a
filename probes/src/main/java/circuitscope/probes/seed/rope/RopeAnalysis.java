package circuitscope.probes.seed.rope;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.RopeScaling;
import circuitscope.probes.model.Rotary;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How far a rotary base lets a matching key be preferred (Xiong et al. 2023, "Effective
 * Long-Context Scaling"; Men et al. 2024).
 *
 * <p>A formula of base and rotary dimensions: nothing is measured, and trained heads may use few of
 * the frequencies. The published bound is a fit near 128 dimensions; the first crossing is not
 * monotone in the base. Look at the curve.
 */
public final class RopeAnalysis implements Analysis<RopeAnalysis.Parameters, ProbeResult> {
  private static final int SAMPLES = 400;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Other bases to compare", byDefault = "10000,500000", min = 2)
          List<Double> bases,
      @Param(help = "Largest distance drawn", byDefault = "8192", min = 16, unit = "tokens")
          int farthest,
      @Param(help = "Seed of the null's angles", byDefault = "0") long seed) {
    public Parameters {
      bases = List.copyOf(bases);
    }
  }

  @Override
  public String id() {
    return "probe.rope";
  }

  @Override
  public String title() {
    return "Rotary base";
  }

  @Override
  public String description() {
    return "Expected preference for a matching key by distance, B(m), for the model's own rotary"
        + " base and dimensions and for other bases, with first crossing and the fitted"
        + " bound.";
  }

  @Override
  public String example() {
    return "--model random:config.json@0 --bases 10000,500000 --out rope";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  private record Curve(String name, double base, double[] angles) {}

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    Rotary rotary = rotary(spec);
    int d = rotary.dimensions();
    List<Curve> curves = new ArrayList<>();
    float[] own = rotary.inverseFrequencies(spec.contextLength());
    boolean scaled = !(rotary.scaling() instanceof RopeScaling.None);
    curves.add(
        new Curve(
            "own base " + plain(rotary.theta()) + (scaled ? ", scaled" : ""),
            rotary.theta(),
            IntStream.range(0, own.length).mapToDouble(i -> own[i]).toArray()));
    for (double base : p.bases()) {
      if (base != rotary.theta() || scaled) {
        curves.add(new Curve("base " + plain(base), base, RotaryPreference.angles(base, d)));
      }
    }
    progress.begin(curves.size(), "bases");
    List<Point> points = new ArrayList<>();
    List<Curves.Series> series = new ArrayList<>();
    double[] x = distances(p.farthest());
    for (Curve curve : curves) {
      int crossing = RotaryPreference.firstCrossing(curve.angles());
      points.add(Point.of(curve.name() + ": first m with B(m) < 0", 0, crossing, 1));
      points.add(
          Point.of(
              curve.name() + ": context of the fit",
              0,
              RotaryPreference.fittedContext(curve.base()),
              1));
      points.add(
          new Point(
              curve.name() + ": B at the model's context / (d/2)",
              spec.contextLength(),
              RotaryPreference.at(curve.angles(), spec.contextLength()) / curve.angles().length,
              null,
              null,
              chance(d, p.seed()),
              1));
      series.add(
          new Curves.Series(
              curve.name(),
              x,
              Arrays.stream(x)
                  .map(m -> RotaryPreference.at(curve.angles(), m) / curve.angles().length)
                  .toArray()));
      progress.advance(1);
    }
    return new ProbeResult(
        "B(m) = sum over i < d/2 of cos(m theta_i), theta_i = base^(-2i/d); fit: base >= 0.0424"
            + " L^1.628",
        "95th percentile of B / (d/2) for angles drawn at random",
        "m",
        points,
        List.of(
            "%d of %d dimensions of a head are rotated; a first crossing of -1 lies beyond %,d; one formula, so no interval"
                .formatted(d, spec.attention().dHead(), RotaryPreference.FARTHEST)),
        Map.of(
            "name",
            "rope-base/1",
            "rotary_dimensions",
            d,
            "theta",
            rotary.theta(),
            "scaled",
            scaled,
            "seed",
            p.seed()),
        List.of(
            new Curves(
                new Heading(
                    "rotary-preference",
                    "Preference for a matching key by distance",
                    "B(m) over its value at distance 0, for the model's %d rotary dimensions."
                        .formatted(d)),
                PlotAxis.log("distance (tokens)", 1),
                PlotAxis.linear("B(m) / B(0)"),
                series,
                List.of(Guide.atY(0, ""), Guide.atX(spec.contextLength(), "context")))),
        List.of(),
        null);
  }

  /**
   * The model's rotary embedding.
   *
   * @throws IllegalArgumentException for models that have none
   */
  private static Rotary rotary(DecoderSpec spec) {
    Rotary rotary = spec.rotary();
    if (rotary == null) {
      throw new IllegalArgumentException(
          "a %s model has no rotary embedding (its positions are %s), so it has no base; see what context it uses with 'probe context'"
              .formatted(
                  spec.family(),
                  spec.positions().getClass().getSimpleName().toLowerCase(Locale.ROOT)));
    }
    return rotary;
  }

  private static double[] distances(int farthest) {
    return IntStream.rangeClosed(0, SAMPLES)
        .mapToDouble(i -> Math.rint(Math.pow(farthest, i / (double) SAMPLES)))
        .distinct()
        .toArray();
  }

  private static double chance(int d, long seed) {
    Random random = new Random(seed);
    double[] drawn = new double[1000];
    for (int i = 0; i < drawn.length; i++) {
      for (int j = 0; j < d / 2; j++) {
        drawn[i] += Math.cos(2 * Math.PI * random.nextDouble()) / (d / 2.0);
      }
    }
    Arrays.sort(drawn);
    return drawn[950];
  }

  private static String plain(double base) {
    return base == Math.rint(base) ? Long.toString((long) base) : Double.toString(base);
  }
}
