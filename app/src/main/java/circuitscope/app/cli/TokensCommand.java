package circuitscope.app.cli;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "tokens",
    description = "Show how a text becomes tokens: position, id, label and bytes of each.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope tokens --model embedded:gpt2-4l --text 'The cat sat'",
      "  circuitscope tokens --model embedded:gpt2-4l --file book.txt --max-tokens 50 --json"
    })
final class TokensCommand implements Callable<Integer> {
  private final Console console;
  @Mixin final CommonOptions common = new CommonOptions();
  @Mixin final InputOptions inputs = new InputOptions();
  @Mixin final TokenizerOptions tokenizer = new TokenizerOptions();

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "1024",
      description = "Show the first N tokens of the input. Default: 1024.")
  int maxTokens = 1024;

  TokensCommand(Console console) {
    this.console = console;
  }

  /** One token; {@code bytes} in hexadecimal. */
  record Token(int position, int id, String label, String bytes) {}

  /** The tokens shown and where they came from. */
  record Tokens(List<Token> tokens, TokensRead input) {}

  @Override
  public Integer call() throws IOException {
    TokenInput input = inputs.input();
    if (input == null) {
      throw new IllegalArgumentException("there is nothing to read: give --text, --file or --ids");
    }
    if (maxTokens < 1) {
      throw new IllegalArgumentException("--max-tokens: %d is below 1".formatted(maxTokens));
    }
    try (Tokenizer opened = tokenizer.open();
        TokenRows rows = TokenRows.open(input, opened, maxTokens, 1)) {
      List<TokenWindow> first = rows.next(1);
      List<Token> tokens = new ArrayList<>();
      for (int id : first.isEmpty() ? new int[0] : first.getFirst().ids()) {
        tokens.add(
            new Token(
                tokens.size(), id, opened.label(id), HexFormat.of().formatHex(opened.bytes(id))));
      }
      StringBuilder text = new StringBuilder();
      for (Token token : tokens) {
        text.append(
            String.format(
                Locale.ROOT,
                "%6d %8d  %-20s %s%n",
                token.position(),
                token.id(),
                token.label(),
                token.bytes()));
      }
      TokensRead read = rows.read();
      text.append(String.format(Locale.ROOT, "%,d tokens; %s%n", tokens.size(), read.policy()));
      console.result(common.json, new Tokens(tokens, read), text.toString());
    }
    return ExitCode.SUCCESS;
  }
}
