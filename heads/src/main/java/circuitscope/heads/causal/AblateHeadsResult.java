package circuitscope.heads.causal;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Effects of taking heads away, in nats; positive where the measure rises without them.
 *
 * @param baseline the untouched model
 * @param found which heads were found, with their scores; empty when heads were named
 * @param effects of the sets asked for
 * @param singles of single heads: all of the model, or the members of the sets
 * @param random every random set's effects
 * @param input null when no text was read
 */
public record AblateHeadsResult(
    List<Baseline> baseline,
    List<FoundHeads> found,
    List<Effect> effects,
    List<Effect> singles,
    List<RandomEffects> random,
    Map<String, Object> protocol,
    @Nullable TokensRead input,
    @JsonIgnore List<Measure> measures,
    @JsonIgnore int layers,
    @JsonIgnore int headsOfLayer)
    implements Result {

  /** A measure of the untouched model. */
  public record Baseline(String measure, Estimate value) {}

  /**
   * What the random sets that a set is compared with do.
   *
   * @param changes as many as sets
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record RandomEffects(
      String set,
      AblationKind kind,
      String measure,
      @JsonIgnore List<List<HeadName>> sets,
      double[] changes) {}

  static AblateHeadsResult of(
      AblateHeadsAnalysis.Parameters p,
      AblationPlan plan,
      Survey survey,
      List<Measure> measures,
      List<FoundHeads> found,
      @Nullable TokensRead text,
      DecoderSpec spec) {
    List<Estimate> values = survey.baseline(p.seed());
    List<Baseline> baseline = new ArrayList<>();
    List<Effect> effects = new ArrayList<>();
    List<Effect> singles = new ArrayList<>();
    List<RandomEffects> random = new ArrayList<>();
    for (int m = 0; m < measures.size(); m++) {
      String measure = measures.get(m).id();
      baseline.add(new Baseline(measure, values.get(m)));
      for (AblationKind kind : plan.kinds()) {
        for (AblationPlan.Asked set : plan.sets()) {
          double[] drawn = changes(set, kind, survey, m);
          random.add(
              new RandomEffects(
                  set.name(),
                  kind,
                  measure,
                  set.random().stream().map(List::<HeadName>copyOf).toList(),
                  drawn));
          effects.add(effect(set.name(), set.heads(), kind, measure, survey, m, drawn, p.seed()));
        }
        for (HeadName head : plan.singles()) {
          double[] others = p.each() ? others(head, plan, kind, survey, m) : new double[0];
          singles.add(
              effect(head.toString(), List.of(head), kind, measure, survey, m, others, p.seed()));
        }
      }
    }
    return new AblateHeadsResult(
        baseline,
        found,
        effects,
        singles,
        random,
        protocolOf(p, measures),
        text,
        measures,
        spec.layers(),
        spec.attention().heads());
  }

  private static double[] changes(
      AblationPlan.Asked set, AblationKind kind, Survey survey, int measure) {
    return set.random().stream()
        .mapToDouble(heads -> survey.change(new Survey.Job(kind, heads), measure))
        .toArray();
  }

  private static double[] others(
      HeadName head, AblationPlan plan, AblationKind kind, Survey survey, int measure) {
    return plan.singles().stream()
        .filter(other -> !other.equals(head))
        .mapToDouble(other -> survey.change(new Survey.Job(kind, Set.of(other)), measure))
        .toArray();
  }

  private static Effect effect(
      String name,
      List<HeadName> heads,
      AblationKind kind,
      String measure,
      Survey survey,
      int m,
      double[] compared,
      long seed) {
    Survey.Job job = new Survey.Job(kind, heads);
    Estimate delta = Estimate.mean(survey.changes(job, m), seed);
    Effect.Random random =
        compared.length == 0 ? null : Effect.Random.of(survey.change(job, m), compared);
    return new Effect(name, heads, kind, measure, delta, random);
  }

  private static Map<String, Object> protocolOf(
      AblateHeadsAnalysis.Parameters p, List<Measure> measures) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-head-ablation/1");
    measures.forEach(measure -> protocol.put(measure.id(), measure.definition()));
    p.kind().forEach(kind -> protocol.put(kind.word(), kind.definition()));
    if (p.kind().contains(AblationKind.MEAN)) {
      protocol.put(
          "mean_over",
          p.meanOver() == AblateHeadsAnalysis.MeanOver.ROWS
              ? "reference rows, at each position"
              : "reference rows and positions");
    }
    protocol.put(
        "repeated_tokens",
        "uniform over the vocabulary without special tokens, distinct in a block, no BOS");
    protocol.put("change", "ablated minus untouched on the same row");
    protocol.put("intervals", "95 % percentile bootstrap over rows of the paired change");
    protocol.put(
        "random_sets",
        "drawn from all heads, as many%s, different from each other and from the set"
            .formatted(p.match() == RandomSets.Match.LAYER ? " in each layer" : ""));
    protocol.put("single_heads", "with each, compared with every other single head");
    protocol.put("tail_share", "(1 + random changes at least as large) / (1 + draws)");
    protocol.put("seed", p.seed());
    return protocol;
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Baseline one : baseline) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s of the untouched model: %.4f [%.4f, %.4f]%n",
              one.measure(),
              one.value().value(),
              one.value().low(),
              one.value().high()));
    }
    for (FoundHeads one : found) {
      text.append(one.name()).append(": ");
      text.append(String.join(", ", one.best().stream().map(AblateHeadsResult::score).toList()));
      text.append('\n');
    }
    effects.forEach(effect -> text.append(line(effect)));
    singles.stream()
        .sorted((a, b) -> Double.compare(b.delta().value(), a.delta().value()))
        .limit(8)
        .forEach(effect -> text.append(line(effect)));
    return text.toString();
  }

  private static String score(FoundHeads.Scored scored) {
    return String.format(
        Locale.ROOT,
        "%s %.3f%s",
        scored.head(),
        scored.score().value(),
        scored.outstanding() ? "*" : "");
  }

  private static String line(Effect effect) {
    Estimate delta = effect.delta();
    Effect.Random random = effect.random();
    String beside =
        random == null
            ? ""
            : String.format(
                Locale.ROOT,
                "; random %.4f (%.4f to %.4f), rank %d of %d",
                random.median(),
                random.low(),
                random.high(),
                random.rank(),
                random.draws() + 1);
    return String.format(
        Locale.ROOT,
        "%s, %s, %s: %+.4f [%+.4f, %+.4f]%s%n",
        effect.set(),
        effect.kind().word(),
        effect.measure(),
        delta.value(),
        delta.low(),
        delta.high(),
        beside);
  }

  @Override
  public @Nullable TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return AblationFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    effects.forEach(effect -> rows.add(row(effect)));
    singles.forEach(effect -> rows.add(row(effect)));
    List<List<Object>> drawn = new ArrayList<>();
    for (RandomEffects one : random) {
      for (int i = 0; i < one.changes().length; i++) {
        String heads =
            String.join(" ", one.sets().get(i).stream().map(HeadName::toString).toList());
        drawn.add(List.of(one.set(), heads, one.kind().word(), one.measure(), one.changes()[i]));
      }
    }
    return List.of(
        new DataTable(
            "effects",
            List.of(
                "set",
                "heads",
                "kind",
                "measure",
                "change_nats",
                "low",
                "high",
                "random_median",
                "tail_share"),
            rows),
        new DataTable(
            "random-sets", List.of("set", "heads", "kind", "measure", "change_nats"), drawn));
  }

  private static List<Object> row(Effect effect) {
    Effect.Random random = effect.random();
    return List.of(
        effect.set(),
        String.join(" ", effect.heads().stream().map(HeadName::toString).toList()),
        effect.kind().word(),
        effect.measure(),
        effect.delta().value(),
        effect.delta().low(),
        effect.delta().high(),
        random == null ? Double.NaN : random.median(),
        random == null ? Double.NaN : random.tailShare());
  }
}
