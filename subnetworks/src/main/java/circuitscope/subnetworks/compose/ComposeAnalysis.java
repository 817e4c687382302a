package circuitscope.subnetworks.compose;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.judge.Judge;
import circuitscope.subnetworks.judge.Surprisals;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subnetwork gains from whole heads, neurons or layers.
 *
 * <p>Starts from a mask, the bigram subnetwork say, and gives units back one after another: those
 * of a list, or at each step the one with which the loss falls most. This is what Chang and Bergen
 * 2025 propose bigram subnetworks for: a minimal model that is understood, to which circuits are
 * added. A greedy choice sees one step ahead: two heads that are of use only together are missed.
 */
public final class ComposeAnalysis implements Analysis<ComposeAnalysis.Parameters, ComposeResult> {
  private static final String FINAL = "composed.safetensors";
  private static final String EACH = "steps";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Where to begin: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(
              help =
                  "Units to give back, in this order: heads L3H5, neurons L0N17, L2.attn, L2.mlp",
              optional = true)
          List<String> add,
      @Param(help = "Choose among these at each step, in place of a list", optional = true)
          Units.@Nullable Kind greedy,
      @Param(help = "Units to choose", byDefault = "5", min = 1, unit = "units") int steps,
      @Param(
              help =
                  "Units tried at each step; where there are more, those whose loss falls most to"
                      + " first order",
              byDefault = "32",
              min = 1,
              unit = "units")
          int candidates,
      @Param(
              help = "The first sequences of the text, by which units are chosen and not judged",
              byDefault = "16",
              min = 1,
              unit = "sequences")
          int searchSequences,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Judge by so many sequences at most",
              byDefault = "1000",
              min = 1,
              unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      if (add.isEmpty() == (greedy == null)) {
        throw new IllegalArgumentException(
            "say what to give back, either --add L3H5,L2.mlp or --greedy heads|neurons|layers");
      }
    }
  }

  @Override
  public String id() {
    return "subnetwork.compose";
  }

  @Override
  public String title() {
    return "Compose a subnetwork";
  }

  @Override
  public String description() {
    return "Give whole heads, neurons or layers back to a subnetwork, by a list or greedily: loss,"
        + " r with bigrams and the tokens helped or hurt at each step. With --out, each mask"
        + " too.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --mask masks/lambda-10.safetensors --bigrams book.counts"
        + " --file held-out.txt --greedy heads --steps 4 --out composed";
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
  public ComposeResult run(Subject subject, Parameters p, Progress progress) {
    try {
      Model model = subject.model();
      Units units = Units.of(model);
      Mask start = units.aligned(MaskReference.parse(p.mask()).read().named(p.mask()));
      start.checkFits(model);
      List<Unit> listed = p.add().stream().map(Unit::parse).toList();
      listed.forEach(units::blocks);
      Judge.Text text =
          new Judge.Text(p.bigrams(), p.length(), p.batch(), p.maxSequences(), p.seed());
      int aside = p.greedy() == null ? 0 : p.searchSequences();
      try (Judge judge = new Judge(subject, text, aside, progress.step("reading text", 0.02))) {
        return compose(subject, p, units, start, listed, judge, progress);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ComposeResult compose(
      Subject subject,
      Parameters p,
      Units units,
      Mask start,
      List<Unit> listed,
      Judge judge,
      Progress progress)
      throws IOException {
    Model model = subject.model();
    Greedy greedy = new Greedy(model, units, judge.setAside(), p.batch(), p.candidates());
    Units.Kind kind = p.greedy();
    Set<Unit> left = new LinkedHashSet<>(kind == null ? listed : units.all(kind));
    int steps = kind == null ? listed.size() : Math.min(p.steps(), left.size());
    double share = 0.98 / (steps + 2);
    Surprisals full = judge.surprisals(model, progress.step("full model", share));
    Surprisals before = judge.surprisals(start, progress.step("start", share));
    Composition made = new Composition(judge, p.seed(), subject::label);
    made.start(start, before);
    List<Unit> added = new ArrayList<>();
    Mask mask = start;
    for (int step = 1; step <= steps; step++) {
      Progress part = progress.step("step " + step, share);
      Greedy.Choice choice = null;
      if (kind != null) {
        choice = greedy.next(mask, left, part.step("choosing", 0.8));
      }
      Unit unit = choice == null ? listed.get(step - 1) : choice.unit();
      left.remove(unit);
      added.add(unit);
      mask = units.added(start, added);
      Surprisals after = judge.surprisals(mask, part.step(unit.toString(), 1));
      Path file = save(subject.workspace(), step, unit, mask);
      made.add(unit, mask, after, choice, file);
    }
    if (subject.workspace() != null) {
      MaskFile.write(subject.workspace().resolve(FINAL), mask);
    }
    return made.result(p, full, judge.firstLabels(subject));
  }

  private static @Nullable Path save(@Nullable Path folder, int step, Unit unit, Mask mask)
      throws IOException {
    if (folder == null) {
      return null;
    }
    Path file = folder.resolve(EACH).resolve("%03d-%s.safetensors".formatted(step, unit));
    Files.createDirectories(folder.resolve(EACH));
    MaskFile.write(file, mask);
    return file;
  }
}
