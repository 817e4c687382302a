package circuitscope.heads.causal;

import circuitscope.probes.model.HeadName;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What ablations look like: bars beside random sets, the plane of two measures, maps of heads. */
final class AblationFigures {
  /** Single heads shown as bars, those with the largest effects. */
  private static final int SINGLES = 5;

  private final AblateHeadsResult result;
  private final AblationKind kind;

  private AblationFigures(AblateHeadsResult result, AblationKind kind) {
    this.result = result;
    this.kind = kind;
  }

  static List<Figure> of(AblateHeadsResult result) {
    List<Figure> figures = new ArrayList<>();
    List<Effect> any = result.effects().isEmpty() ? result.singles() : result.effects();
    for (AblationKind kind : any.stream().map(Effect::kind).distinct().toList()) {
      new AblationFigures(result, kind).addTo(figures);
    }
    return figures;
  }

  private void addTo(List<Figure> figures) {
    figures.add(sheet("ablation", "Change without the heads", this::bars));
    if (result.singles().size() >= result.layers() * result.headsOfLayer()) {
      figures.add(sheet("ablation-map", "Change without each head", this::map));
    }
    if (result.measures().size() > 1) {
      figures.add(plane());
    }
    List<Figure> distributions =
        effects(result.effects(), result.measures().getFirst()).stream()
            .filter(effect -> effect.random() != null)
            .map(this::distribution)
            .toList();
    if (!distributions.isEmpty()) {
      figures.add(
          new Sheet(
              new Heading(
                  "ablation-null-" + kind.word(),
                  "Sets among random sets, " + kind.word() + " ablation",
                  "Share of random sets whose ablation costs at most so much on repeated tokens."),
              Math.min(2, distributions.size()),
              distributions));
    }
  }

  private interface Panel {
    Figure of(Heading heading, Measure measure);
  }

  /** A panel for each measure, or one figure where there is one measure. */
  private Figure sheet(String id, String title, Panel panel) {
    List<Measure> measures = result.measures();
    Heading whole =
        new Heading(
            id + "-" + kind.word(),
            title + ", " + kind.word() + " ablation",
            "Change by ablation (%s), in nats, with 95 %% bootstrap intervals over rows; random"
                    .formatted(kind.definition())
                + " sets: median and 95 % of the draws.");
    if (measures.size() == 1) {
      return panel.of(whole, measures.getFirst());
    }
    List<Figure> panels = new ArrayList<>();
    for (Measure measure : measures) {
      String part = id + "-" + kind.word() + "-" + measure.id().replace('_', '-');
      panels.add(panel.of(Heading.of(part, measure.title()), measure));
    }
    return new Sheet(whole, 2, panels);
  }

  private List<Effect> effects(List<Effect> all, Measure measure) {
    return all.stream()
        .filter(effect -> effect.kind() == kind && effect.measure().equals(measure.id()))
        .toList();
  }

  private Figure bars(Heading heading, Measure measure) {
    List<Effect> shown = new ArrayList<>(effects(result.effects(), measure));
    List<String> taken = shown.stream().map(Effect::set).toList();
    effects(result.singles(), measure).stream()
        .filter(effect -> !taken.contains(effect.set()))
        .sorted(Comparator.comparingDouble(effect -> -Math.abs(effect.delta().value())))
        .limit(SINGLES)
        .forEach(shown::add);
    Interval overRows =
        new Interval(
            values(shown, effect -> effect.delta().low()),
            values(shown, effect -> effect.delta().high()),
            "95 % bootstrap interval");
    List<Bars.Group> groups = new ArrayList<>();
    groups.add(
        new Bars.Group(
            "without the heads", values(shown, effect -> effect.delta().value()), overRows));
    if (shown.stream().anyMatch(effect -> effect.random() != null)) {
      Interval overDraws =
          new Interval(
              random(shown, Effect.Random::low),
              random(shown, Effect.Random::high),
              "95 % of draws");
      groups.add(
          new Bars.Group("without random heads", random(shown, Effect.Random::median), overDraws));
    }
    return new Bars(
        heading,
        "",
        axis(measure),
        shown.stream().map(Effect::set).toList(),
        groups,
        Bars.Direction.LYING,
        List.of());
  }

  private static double[] values(List<Effect> effects, ToDoubleFunction<Effect> value) {
    return effects.stream().mapToDouble(value).toArray();
  }

  private static double[] random(List<Effect> effects, ToDoubleFunction<Effect.Random> value) {
    return effects.stream()
        .map(Effect::random)
        .mapToDouble(random -> random == null ? Double.NaN : value.applyAsDouble(random))
        .toArray();
  }

  private static PlotAxis axis(Measure measure) {
    String title = measure.title();
    return PlotAxis.linear(
        "change of "
            + title.substring(0, 1).toLowerCase(Locale.ROOT)
            + title.substring(1)
            + " (nats)");
  }

  private Figure map(Heading heading, Measure measure) {
    float[] values = new float[result.layers() * result.headsOfLayer()];
    for (Effect effect : effects(result.singles(), measure)) {
      HeadName head = effect.heads().getFirst();
      values[head.layer() * result.headsOfLayer() + head.head()] = (float) effect.delta().value();
    }
    return new Heatmap(
        heading,
        new Matrix(result.layers(), result.headsOfLayer(), values),
        CellAxis.counted("layer"),
        CellAxis.counted("head"),
        Colours.signed("change (nats)"),
        CellMask.NONE);
  }

  /** Sets and heads by what repeated tokens and text lose without them. */
  private Figure plane() {
    Measure across = result.measures().getFirst();
    Measure up = result.measures().getLast();
    List<Scatter.Group> groups = new ArrayList<>();
    addGroup(groups, "sets", effects(result.effects(), across), effects(result.effects(), up));
    addGroup(
        groups, "single heads", effects(result.singles(), across), effects(result.singles(), up));
    double[] x = drawn(across);
    if (x.length > 0) {
      groups.add(new Scatter.Group("random sets", x, drawn(up)));
    }
    return new Scatter(
        new Heading(
            "ablation-plane-" + kind.word(),
            "Repeated tokens against text, " + kind.word() + " ablation",
            "What is lost without heads on random tokens given twice and on text; random sets are"
                + " as large as the sets asked for."),
        axis(across),
        axis(up),
        groups,
        List.of(Guide.atX(0, ""), Guide.atY(0, "")));
  }

  private static void addGroup(
      List<Scatter.Group> groups, String name, List<Effect> across, List<Effect> up) {
    if (!across.isEmpty()) {
      groups.add(
          new Scatter.Group(
              name,
              values(across, effect -> effect.delta().value()),
              values(up, effect -> effect.delta().value()),
              across.stream().map(Effect::set).toList()));
    }
  }

  private double[] drawn(Measure measure) {
    return result.random().stream()
        .filter(one -> one.kind() == kind && one.measure().equals(measure.id()))
        .flatMapToDouble(one -> Arrays.stream(one.changes()))
        .toArray();
  }

  /** Where the set stands among random ones: the share of these with at most a change. */
  private Figure distribution(Effect effect) {
    double[] changes =
        result.random().stream()
            .filter(
                one ->
                    one.set().equals(effect.set())
                        && one.kind() == kind
                        && one.measure().equals(effect.measure()))
            .flatMapToDouble(one -> Arrays.stream(one.changes()))
            .sorted()
            .toArray();
    double[] shares = new double[changes.length];
    Arrays.setAll(shares, i -> (i + 1.0) / shares.length);
    String set = effect.set().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    return new Curves(
        Heading.of("ablation-null-" + kind.word() + "-" + set, effect.set()),
        axis(result.measures().getFirst()),
        PlotAxis.linear("share of random sets").withRange(0, 1),
        List.of(new Curves.Series("random sets", changes, shares)),
        List.of(Guide.atX(effect.delta().value(), "this set")));
  }
}
