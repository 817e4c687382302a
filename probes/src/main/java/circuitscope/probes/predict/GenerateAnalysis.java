package circuitscope.probes.predict;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Generator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes on from a prompt: greedily, or drawn at a temperature among the most likely tokens (top-k,
 * Fan et al. 2018; top-p, Holtzman et al. 2020).
 */
public final class GenerateAnalysis implements Analysis<GenerateAnalysis.Parameters, Generated> {
  /** Letters of what was written that stand in the progress. */
  private static final int SHOWN = 400;

  /** A line end in the progress, which is one line. */
  public static final String NEW_LINE = "⏎";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Write so many tokens at most", min = 1, unit = "tokens") int maxTokens,
      @Param(
              help = "Divide the logits by this; 0 takes the most likely token",
              byDefault = "0",
              min = 0)
          double temperature,
      @Param(
              help = "Draw among so many of the most likely tokens; 0 for all",
              byDefault = "0",
              min = 0,
              unit = "tokens")
          int topK,
      @Param(
              help = "Draw among the most likely tokens that together have this probability",
              byDefault = "1",
              min = 0,
              max = 1)
          double topP,
      @Param(help = "Seed of the draws", byDefault = "0") long seed) {
    public Parameters {
      new Generator.Sampling(temperature, topK, topP, seed); // which checks them together
    }

    Generator.Sampling sampling() {
      return new Generator.Sampling(temperature, topK, topP, seed);
    }
  }

  @Override
  public String id() {
    return "generate";
  }

  @Override
  public String title() {
    return "Write on";
  }

  @Override
  public String description() {
    return "Write on from a prompt. Greedy unless a temperature is given; ends at the end-of-text"
        + " token.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'It is a truth' --max-tokens 40";
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
  public Generated run(Subject subject, Parameters p, Progress progress) {
    try (TokenRows rows = subject.rows(subject.model().spec().contextLength(), 2)) {
      List<TokenWindow> prompts = rows.next(2);
      if (prompts.size() != 1) {
        throw new IllegalArgumentException(
            "%s: generate takes one prompt, of at most as many tokens as the model's context"
                .formatted(subject.requireInput().describe()));
      }
      int[] prompt = prompts.getFirst().ids();
      Tokenizer tokenizer = subject.tokenizer();
      progress.begin(p.maxTokens(), "tokens");
      int[] written = new int[p.maxTokens()];
      int[] count = {0};
      int[] ids =
          new Generator(subject.model())
              .generate(
                  prompt,
                  p.maxTokens(),
                  p.sampling(),
                  end(tokenizer),
                  id -> {
                    written[count[0]++] = id;
                    progress.note(tail(tokenizer, Arrays.copyOf(written, count[0])));
                    progress.advance(1);
                    return true;
                  });
      String text = tokenizer == null ? null : tokenizer.decode(ids);
      return new Generated(prompt, ids, text, rows.read(), p.sampling());
    }
  }

  private static String tail(@Nullable Tokenizer tokenizer, int[] ids) {
    if (tokenizer == null) {
      return "";
    }
    String text = tokenizer.decode(ids);
    return text.substring(Math.max(0, text.length() - SHOWN)).replace("\n", NEW_LINE);
  }

  private static IntPredicate end(@Nullable Tokenizer tokenizer) {
    OptionalInt end = tokenizer == null ? OptionalInt.empty() : tokenizer.specialTokens().eos();
    return id -> end.isPresent() && id == end.getAsInt();
  }

  /** How tokens were chosen, for the result. */
  static Map<String, Object> protocol(Generator.Sampling sampling) {
    return Map.of(
        "temperature", sampling.temperature(),
        "top_k", sampling.topK(),
        "top_p", sampling.topP(),
        "seed", sampling.seed());
  }
}
