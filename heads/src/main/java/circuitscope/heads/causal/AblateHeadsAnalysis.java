package circuitscope.heads.causal;

import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.detect.RepeatedRows;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What heads do, found out by taking them away.
 *
 * <p>The loss on repeated random tokens, and on a given text the in-context-learning score and the
 * loss (Olsson et al. 2022, "In-context Learning and Induction Heads"), without single heads and
 * without found sets, beside as many other heads drawn at random. An effect is the difference to
 * the untouched model on the same rows. Large effects say that a head is needed on this input, not
 * that nothing else could do its work: later heads may make up for a lost one.
 */
public final class AblateHeadsAnalysis
    implements Analysis<AblateHeadsAnalysis.Parameters, AblateHeadsResult> {

  /** Over what mean ablation averages. */
  public enum MeanOver {
    /** Reference rows, at each position for itself. */
    ROWS,
    /** Reference rows and positions. */
    ALL
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Heads taken away together, such as L3H1,L2H0", optional = true)
          List<String> heads,
      @Param(
              help = "Heads found on random tokens given twice, taken away together, a set a kind",
              optional = true)
          List<FoundHeads.Type> found,
      @Param(help = "Heads of a found set", byDefault = "3", min = 1, unit = "heads") int top,
      @Param(help = "Also take every single head of the model away", byDefault = "false")
          boolean each,
      @Param(help = "What stands in for a head's output", byDefault = "zero,pattern-preserving")
          List<AblationKind> kind,
      @Param(help = "Over what mean ablation averages", byDefault = "rows") MeanOver meanOver,
      @Param(
              help = "Further rows that mean and resample ablation take outputs from",
              byDefault = "16",
              min = 1,
              unit = "rows")
          int reference,
      @Param(help = "Random sets for each set", byDefault = "50", min = 0, max = 100_000) int draws,
      @Param(help = "What random sets have in common with a set", byDefault = "size")
          RandomSets.Match match,
      @Param(
              help = "Length of the block of random tokens that is given twice",
              byDefault = "50",
              min = 3,
              unit = "tokens")
          int period,
      @Param(help = "Tokens a window of the text", byDefault = "512", min = 3, unit = "tokens")
          int length,
      @Param(
              help = "Earlier token of the in-context-learning score, from 0",
              byDefault = "50",
              min = 1)
          int early,
      @Param(help = "Later token of it, from 0", byDefault = "500", min = 2) int late,
      @Param(
              help = "Tokens on either side in the windowed variant of that score",
              byDefault = "10",
              min = 1,
              unit = "tokens")
          int around,
      @Param(
              help = "Rows of random tokens, and windows of the text at most",
              byDefault = "32",
              min = 2,
              unit = "rows")
          int sequences,
      @Param(help = "Rows run at once", byDefault = "8", min = 1, unit = "rows") int batch,
      @Param(help = "Seed of random tokens, random sets and the bootstrap", byDefault = "0")
          long seed) {

    public Parameters {
      heads.forEach(HeadName::parse);
      if (heads.isEmpty() && found.isEmpty() && !each) {
        throw new IllegalArgumentException(
            "nothing to take away: name heads (L3H1,L2H0), kinds of found heads"
                + " (induction, previous, duplicate), or each");
      }
      if (early - around < 1 || late + around >= length || early >= late) {
        throw new IllegalArgumentException(
            "the in-context-learning score compares tokens %d and %d, %d tokens around each, in windows of %d;"
                    .formatted(early, late, around, length)
                + " expected 1 <= early - around, early < late and late + around < length");
      }
    }

    List<HeadName> given() {
      return heads.stream().map(HeadName::parse).distinct().sorted().toList();
    }
  }

  @Override
  public String id() {
    return "heads.ablate";
  }

  @Override
  public String title() {
    return "Ablate heads";
  }

  @Override
  public String description() {
    return "What the model loses without heads, beside as many heads drawn at random: loss on"
        + " repeated tokens, and on a text in-context-learning score and loss (Olsson et al."
        + " 2022).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --found induction --top 3 --file book.txt";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.OPTIONAL;
  }

  @Override
  public AblateHeadsResult run(Subject subject, Parameters p, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    check(p, spec, subject.input() != null);
    TextWindows text = subject.input() == null ? null : text(subject, p);
    List<FoundHeads> found = found(subject, p, progress.step("finding heads", 0.02));
    AblationPlan plan = AblationPlan.of(p, found, spec);
    try (AblatedRuns runs =
        new AblatedRuns(subject.model(), p.batch(), p.meanOver() == MeanOver.ROWS)) {
      List<Measure> measures = measures(p, text != null);
      progress.step("untouched model", 0.02);
      Survey survey = new Survey(runs, samples(subject, p, text), measures);
      survey.run(plan.jobs(), progress.step("taking heads away", 1));
      return AblateHeadsResult.of(
          p, plan, survey, measures, found, text == null ? null : text.read(), spec);
    }
  }

  private static void check(Parameters p, DecoderSpec spec, boolean text) {
    p.given().forEach(head -> head.checked(spec));
    int all = spec.layers() * spec.attention().heads();
    if (!p.found().isEmpty() && p.top() > all) {
      throw new IllegalArgumentException(
          "top: a found set of %d heads, and the model has %d".formatted(p.top(), all));
    }
    int longest = Math.max(2 * p.period(), text ? p.length() : 0);
    if (spec.learnedPositions() && longest > spec.contextLength()) {
      throw new IllegalArgumentException(
          "rows of %d tokens, and the model has %d positions; lower --period or --length (with --early and --late)"
              .formatted(longest, spec.contextLength()));
    }
  }

  /** Found on other random tokens than those that losses are taken on. */
  private static List<FoundHeads> found(Subject subject, Parameters p, Progress progress) {
    if (p.found().isEmpty()) {
      return List.of();
    }
    HeadScores scores = FoundHeads.score(subject, p.seed() + 2, progress);
    return p.found().stream()
        .distinct()
        .map(type -> FoundHeads.best(scores, type, p.top()))
        .toList();
  }

  private static boolean needsReference(Parameters p) {
    return p.kind().stream().anyMatch(AblationKind::needsReference);
  }

  private static TextWindows text(Subject subject, Parameters p) {
    int wanted = p.sequences() + (needsReference(p) ? p.reference() : 0);
    TextWindows text = TextWindows.read(subject, p.length(), wanted);
    if (needsReference(p) && text.rows().length < wanted) {
      throw new IllegalArgumentException(
          "%s: mean and resample ablation need %d + %d windows of %d tokens, and there are %d; lower --sequences or --reference"
              .formatted(
                  subject.requireInput().describe(),
                  p.sequences(),
                  p.reference(),
                  p.length(),
                  text.rows().length));
    }
    return text;
  }

  private static List<Sample> samples(Subject subject, Parameters p, @Nullable TextWindows text) {
    List<Sample> samples = new ArrayList<>();
    int[][] none = new int[0][];
    samples.add(
        new Sample(
            Sample.Source.REPEATED,
            RepeatedRows.draw(subject, p.sequences(), p.period(), p.seed()),
            needsReference(p)
                ? RepeatedRows.draw(subject, p.reference(), p.period(), p.seed() + 1)
                : none));
    if (text != null) {
      int[][] all = text.rows();
      int measured = needsReference(p) ? p.sequences() : all.length;
      samples.add(
          new Sample(
              Sample.Source.TEXT,
              Arrays.copyOf(all, measured),
              Arrays.copyOfRange(all, measured, all.length)));
    }
    return samples;
  }

  private static List<Measure> measures(Parameters p, boolean text) {
    List<Measure> measures = new ArrayList<>(List.of(Measure.repeated(p.period())));
    if (text) {
      measures.add(Measure.inContext(p.early(), p.late()));
      measures.add(Measure.inContextWindowed(p.early(), p.late(), p.around()));
      measures.add(Measure.text());
    }
    return measures;
  }
}
