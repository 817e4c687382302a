package circuitscope.heads.icll;

import circuitscope.heads.HeadAblation;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Learning a regular language in context: does the model say what the automaton says, or what an
 * n-gram learner would (Akyürek et al. 2024, "In-Context Language Learning")?
 *
 * <p>The model reads strings of a random probabilistic automaton, its symbols mapped to tokens; at
 * each symbol its distribution over the symbols is compared with the automaton's and with those of
 * in-context n-gram learners of order 1 to 4. Heads can be ablated, beside random sets of as many:
 * if they do the learner's work, the model moves away from it. The paper trains models on such
 * strings; a model of text meets them for the first time.
 */
public final class IcllAnalysis implements Analysis<IcllAnalysis.Parameters, IcllResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Languages, one example each", byDefault = "40", min = 5) int languages,
      @Param(
              help =
                  "Symbols and separators of an example at most; without it what the model's"
                      + " context holds, and 2048 at most",
              optional = true,
              min = 16,
              max = LanguageExample.MAX_SYMBOLS,
              unit = "symbols")
          @Nullable Integer length,
      @Param(help = "States of an automaton before it is minimised, at least", byDefault = "4")
          int minStates,
      @Param(help = "States at most", byDefault = "12", max = 1000) int maxStates,
      @Param(help = "Symbols of all languages together", byDefault = "18", min = 1, max = 1000)
          int symbols,
      @Param(help = "Symbols of a language, at least", byDefault = "4") int minAlphabet,
      @Param(help = "Symbols of a language, at most", byDefault = "18") int maxAlphabet,
      @Param(help = "Edges out of a state, at most", byDefault = "3") int maxEdges,
      @Param(help = "Learners smooth by adding one to each count", byDefault = "false")
          boolean addOne,
      @Param(help = "Heads to ablate, such as L3H1,L3H5", optional = true) List<String> ablate,
      @Param(help = "Random sets of as many other heads", byDefault = "20", min = 1, max = 1000)
          int draws,
      @Param(help = "Examples run at once", byDefault = "8", min = 1) int batch,
      @Param(help = "Seed of languages, strings, tokens, sets and bootstrap", byDefault = "0")
          long seed) {

    AutomatonSampler sampler() {
      return new AutomatonSampler(
          symbols, minStates, maxStates, minAlphabet, maxAlphabet, maxEdges);
    }
  }

  @Override
  public String id() {
    return "heads.icll";
  }

  @Override
  public String title() {
    return "In-context language learning";
  }

  @Override
  public String description() {
    return "How far a model that reads strings of random regular languages is from the automaton"
        + " and from in-context n-gram learners, by the number of strings seen, and with"
        + " heads ablated (Akyürek et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --ablate L3H1,L3H5 --out languages";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public IcllResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    AutomatonSampler sampler = p.sampler();
    List<HeadName> ablated = heads(p.ablate(), p.draws(), model.spec());
    RandomGenerator random = OrdinaryTokens.random(p.seed() + 2);
    SymbolTokens symbols = SymbolTokens.draw(sampler.symbols(), subject, random);
    int length = length(p, model.spec(), symbols);
    Languages languages =
        Languages.draw(
            sampler,
            p.languages(),
            length,
            p.addOne(),
            symbols,
            p.seed(),
            progress.step("drawing languages", 0.05));
    double share = 0.95 / (ablated.isEmpty() ? 1 : 2 + p.draws());
    LanguageSums whole = sums(model, Taps.NONE, languages, p, progress.step("model", share));
    IcllAblation ablation =
        ablated.isEmpty() ? null : ablation(model, ablated, languages, whole, p, progress, share);
    return IcllStatistics.result(whole, ablation, languages, p, length, symbols.labels(subject));
  }

  private static LanguageSums sums(
      Model model, Taps taps, Languages languages, Parameters p, Progress progress) {
    List<ModelPredictions> predictions =
        ModelPredictions.of(model, taps, languages, p.batch(), progress);
    return LanguageSums.of(languages, predictions, p.seed());
  }

  private static IcllAblation ablation(
      Model model,
      List<HeadName> heads,
      Languages languages,
      LanguageSums whole,
      Parameters p,
      Progress progress,
      double share) {
    LanguageSums without =
        sums(
            model,
            HeadAblation.zero(model.spec(), heads),
            languages,
            p,
            progress.step("heads ablated", share));
    List<LanguageSums> random = new ArrayList<>();
    for (int draw = 0; draw < p.draws(); draw++) {
      Taps taps = HeadAblation.zero(model.spec(), others(heads, model.spec(), p.seed() + 3 + draw));
      Progress step = progress.step("random set %d of %d".formatted(draw + 1, p.draws()), share);
      random.add(sums(model, taps, languages, p, step));
    }
    return IcllAblation.of(heads, whole, without, random);
  }

  private static List<HeadName> heads(List<String> names, int draws, DecoderSpec spec) {
    TreeSet<HeadName> heads = new TreeSet<>();
    for (String name : names) {
      heads.add(HeadName.parse(name).checked(spec));
    }
    int all = HeadName.all(spec).size();
    if (2 * heads.size() > all) {
      throw new IllegalArgumentException(
          "ablate: %d of %d heads leave too few others for %d random sets of as many"
              .formatted(heads.size(), all, draws));
    }
    return List.copyOf(heads);
  }

  /** As many heads that are not among those. */
  private static List<HeadName> others(Collection<HeadName> heads, DecoderSpec spec, long seed) {
    List<HeadName> left = new ArrayList<>(HeadName.all(spec));
    left.removeAll(heads);
    java.util.Collections.shuffle(left, java.util.Random.from(OrdinaryTokens.random(seed)));
    return left.subList(0, heads.size());
  }

  private static int length(Parameters p, DecoderSpec spec, SymbolTokens symbols) {
    int room = spec.contextLength() - symbols.before();
    Integer asked = p.length();
    if (asked == null) {
      return Math.min(room, LanguageExample.MAX_SYMBOLS);
    }
    if (spec.learnedPositions() && asked > room) {
      throw new IllegalArgumentException(
          "length: %d symbols and %d start tokens are more than the model's %d positions"
              .formatted(asked, symbols.before(), spec.contextLength()));
    }
    return asked;
  }
}
