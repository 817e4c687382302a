package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The masks of a λ path side by side: r against active weights, and which of them to take.
 *
 * <p>Taken is the largest λ whose r (clamped) is within 0.04 of that of the λ = 0 mask, the bound
 * included (Chang and Bergen 2025, appendix A.3).
 */
public final class PathAnalysis implements Analysis<PathAnalysis.Parameters, PathResult> {

  /** Finished masks, those of unstable runs included, but no states of a training. */
  private static final Pattern MASK =
      Pattern.compile("(lambda|magnitude|random)-.*(?<!\\.training)\\.safetensors");

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Mask files, or folders of lambda-*, magnitude-* and random-*.safetensors")
          List<Path> masks,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "32", min = 1, unit = "sequences")
          int batch,
      @Param(
              help = "Stop after so many sequences",
              byDefault = "10000",
              min = 1,
              unit = "sequences")
          long maxSequences,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "subnetwork.path";
  }

  @Override
  public String title() {
    return "Judge a lambda path";
  }

  @Override
  public String description() {
    return "Masks of several lambdas side by side: r with bigrams against active weights, and the"
        + " one that the published rule takes.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --masks masks --bigrams book.counts --file held-out.txt";
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
  public PathResult run(Subject subject, Parameters p, Progress progress) {
    try {
      List<Mask> masks = new ArrayList<>();
      masks.add(Judge.whole(subject.model()));
      for (Path file : files(p.masks())) {
        Mask mask = MaskFile.read(file);
        mask.checkFits(subject.model());
        masks.add(mask.named(file.getFileName().toString().replace(".safetensors", "")));
      }
      Judge.Text text =
          new Judge.Text(p.bigrams(), p.length(), p.batch(), p.maxSequences(), p.seed());
      try (Judge judge = new Judge(subject, text, progress.step("reading text", 0.1))) {
        List<Judgement> judgements = new ArrayList<>();
        for (Mask mask : masks) {
          judgements.add(
              judge.judge(mask, progress.step("judging " + mask.name(), 0.9 / masks.size())));
        }
        return PathResult.of(judgements, judge.read());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(List<Path> given) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : given) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> inside = Files.list(path)) {
        List<Path> found =
            inside
                .filter(file -> MASK.matcher(file.getFileName().toString()).matches())
                .sorted()
                .toList();
        if (found.isEmpty()) {
          throw new IllegalArgumentException(
              path + ": there is no lambda-*, magnitude-* or random-*.safetensors in it");
        }
        files.addAll(found);
      }
    }
    return files;
  }
}
