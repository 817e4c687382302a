package circuitscope.probes.ngram;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A process that counts bigrams and ends at once, cleaning nothing up, after a few runs. */
final class KilledCounting {
  static final int KILLED = 77;
  private static final int RUNS = 3;

  private KilledCounting() {}

  public static void main(String[] arguments) throws IOException {
    Path out = Path.of(arguments[1]);
    NgramCounter.Plan plan =
        new NgramCounter.Plan(
            Corpus.ofText(List.of(Path.of(arguments[0]))), 2, 8, out, 1 << 26, 2, true);
    Progress progress =
        Progress.to(
            snapshot -> {
              if (Files.exists(plan.runs()) && runs(plan.runs()) >= RUNS) {
                Runtime.getRuntime().halt(KILLED);
              }
            });
    try (Tokenizer tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
        NgramCounter counter =
            new NgramCounter(plan, tokenizer, new NgramCounter.Pace(0, Integer.MAX_VALUE))) {
      counter.run(progress);
    }
  }

  private static int runs(Path folder) {
    String[] names = folder.toFile().list((parent, name) -> name.startsWith("run-"));
    return names == null ? 0 : names.length;
  }
}
