package circuitscope.app.cli;

import circuitscope.app.session.OpenModel;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Generator;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "generate",
    description = {
      "Write on from a prompt. Greedy unless a temperature is given; ends at the end-of-text"
          + " token.",
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope generate --model embedded:gpt2-4l --text 'It is a truth' --max-tokens 40",
      "  circuitscope generate --model M --text 'Once' --max-tokens 40 --temperature 0.8 --seed 1"
    })
final class GenerateCommand implements Callable<Integer> {
  private static final double OPENING = 0.3;

  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();
  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final MaskOption mask = new MaskOption();
  @Mixin final InputOptions inputs = new InputOptions();

  @Option(
      names = "--max-tokens",
      required = true,
      paramLabel = "N",
      description = "Write at most N tokens.")
  int maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "Divide the logits by T; 0 takes the most likely token. Default: 0.")
  double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw among the K most likely tokens; 0 for all. Default: 0.")
  int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description =
          "Draw among the most likely tokens that together have probability P. Default: 1.")
  double topP;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the draws. Default: 0.")
  long seed;

  GenerateCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  /** The prompt and what was written; {@code text} is null without a tokenizer. */
  @SuppressWarnings("ArrayRecordComponent") // written as JSON, never compared
  record Generated(int[] promptIds, int[] ids, @Nullable String text) {}

  @Override
  public Integer call() throws IOException {
    Generator.Sampling sampling = new Generator.Sampling(temperature, topK, topP, seed);
    if (maxTokens < 1) {
      throw new IllegalArgumentException("--max-tokens: %d is below 1".formatted(maxTokens));
    }
    TokenInput input = inputs.input();
    boolean needsTokenizer = !(input instanceof TokenInput.Ids);
    try (OpenModel opened =
        OpenModel.open(
            model.choice(mask.reference()), needsTokenizer, progress.step("opening", OPENING))) {
      int[] prompt = prompt(opened.about(input, null));
      Tokenizer tokenizer = opened.tokenizer();
      Progress writing = progress.step("writing", 1);
      writing.begin(maxTokens, "tokens");
      int[] ids =
          new Generator(opened.model())
              .generate(
                  prompt,
                  maxTokens,
                  sampling,
                  end(tokenizer),
                  id -> {
                    writing.advance(1);
                    return true;
                  });
      String text = tokenizer == null ? null : tokenizer.decode(ids);
      console.result(
          common.json,
          new Generated(prompt, ids, text),
          text == null ? Arrays.toString(ids) : text);
    }
    return ExitCode.SUCCESS;
  }

  private static int[] prompt(Subject subject) {
    try (TokenRows rows = subject.rows(subject.model().spec().contextLength(), 2)) {
      List<TokenWindow> prompts = rows.next(2);
      if (prompts.size() != 1) {
        throw new IllegalArgumentException(
            "%s: generate takes one prompt, of at most as many tokens as the model's context"
                .formatted(subject.requireInput().describe()));
      }
      return prompts.getFirst().ids();
    }
  }

  private static IntPredicate end(@Nullable Tokenizer tokenizer) {
    OptionalInt end = tokenizer == null ? OptionalInt.empty() : tokenizer.specialTokens().eos();
    return id -> end.isPresent() && id == end.getAsInt();
  }
}
