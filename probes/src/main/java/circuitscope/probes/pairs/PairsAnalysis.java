package circuitscope.probes.pairs;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows prompt pairs as the model will read them, and writes them as JSON Lines of ids. */
public final class PairsAnalysis implements Analysis<PairsAnalysis.Parameters, PairsResult> {
  /** The file of pairs in the folder of the result. */
  public static final String FILE = "pairs.jsonl";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true) @Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "16", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "Seed of the pairs made here", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "patch.pairs";
  }

  @Override
  public String title() {
    return "Prompt pairs";
  }

  @Override
  public String description() {
    return "Clean and corrupted prompts of equal length, from a file or made for this tokenizer:"
        + " indirect objects, later years, docstrings, repeated blocks; with --out also as"
        + " pairs.jsonl.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --template induction --out pairs";
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
  public PairsResult run(Subject subject, Parameters parameters, Progress progress) {
    PromptPairs pairs =
        new PairChoice(
                parameters.template(),
                parameters.pairs(),
                parameters.bos(),
                parameters.count(),
                parameters.seed())
            .open(subject);
    if (subject.workspace() != null) {
      try {
        PairFile.write(subject.requireWorkspace().resolve(FILE), pairs);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    List<PairsResult.Row> rows =
        pairs.pairs().stream()
            .map(
                pair ->
                    new PairsResult.Row(
                        labels(subject, pair.clean()),
                        labels(subject, pair.corrupted()),
                        labels(subject, pair.answers()),
                        labels(subject, pair.wrong()),
                        pair.position()))
            .toList();
    return new PairsResult(rows, pairs.dropped(), pairs.read());
  }

  private static List<String> labels(Subject subject, int[] ids) {
    return Arrays.stream(ids).mapToObj(subject::label).toList();
  }
}
