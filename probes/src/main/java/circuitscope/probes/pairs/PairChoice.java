package circuitscope.probes.pairs;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which pairs an analysis reads, as its parameters say.
 *
 * @param file JSON Lines; null for pairs of the template
 * @param count pairs of the template, and of a file at most
 */
public record PairChoice(
    PairTemplate template, @Nullable Path file, BosPolicy bos, int count, long seed) {

  /** As many other pairs, to judge on what was found on these; of a file there are no others. */
  public PairChoice fresh() {
    return new PairChoice(template, file, bos, count, seed + 1);
  }

  /**
   * The pairs.
   *
   * @throws IllegalArgumentException when they cannot be read or made for this model
   */
  public PromptPairs open(Subject subject) {
    int vocab = subject.model().spec().vocab();
    if (file == null) {
      return template.generate(vocab, subject.tokenizer(), bos, count, seed);
    }
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(file + ": there is no such file of prompt pairs");
    }
    try {
      PromptPairs all = PairFile.read(file, vocab, subject.tokenizer(), bos);
      int most = Math.min(count, all.pairs().size());
      return new PromptPairs(
          all.pairs().subList(0, most), all.source(), all.policy(), all.dropped());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
