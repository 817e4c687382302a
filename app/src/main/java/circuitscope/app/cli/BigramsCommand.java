package circuitscope.app.cli;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.ngram.CountsProvenance;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.ngram.Successor;
import circuitscope.probes.ngram.TextSurprisal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bigrams count | merge | show | surprisal}. */
@Command(name = "bigrams", description = "Count what follows each token of a text, and ask it.")
final class BigramsCommand {
  private static final String START = "<start of a window>";

  @Mixin final HelpOption help = new HelpOption();

  private BigramsCommand() {}

  static CommandLine of(Console console, Progress progress) {
    return new CommandLine(new BigramsCommand())
        .addSubcommand(new BigramsCountCommand(console, progress))
        .addSubcommand(new BigramsMergeCommand(console, progress))
        .addSubcommand(new Show(console))
        .addSubcommand(new Surprisal(console, progress));
  }

  /** How counts become probabilities. */
  static final class TableOptions {
    @Parameters(paramLabel = "COUNTS", description = "A file that bigrams count wrote.")
    Path counts = Path.of("");

    @Option(
        names = "--add-k",
        paramLabel = "K",
        defaultValue = "0",
        description = "Add K to every count. Default: 0, no smoothing.")
    double addK;

    NgramTable open() {
      return NgramTable.open(counts, addK);
    }
  }

  /** A successor of the context shown. */
  record Next(int id, String label, long count, double probability, double surprisalBits) {}

  /** What a table is, and what it says of a context; the latter only when one was asked. */
  record Shown(
      CountsProvenance counted,
      long contexts,
      long ngrams,
      @Nullable List<String> context,
      @Nullable Boolean seen,
      @Nullable Double entropyBits,
      @Nullable List<Next> successors) {}

  /** {@code bigrams show}. */
  @Command(
      name = "show",
      description = {
        "Show what a counts file was counted from, and what follows a token.",
        "Without a context that was seen, the unigram distribution is shown."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  circuitscope bigrams show counts.safetensors",
        "  circuitscope bigrams show counts.safetensors --token ' the' --top 20",
        "  circuitscope bigrams show trigrams.safetensors --token ' of' --token ' the'"
      })
  static final class Show implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();
    @Mixin final TableOptions table = new TableOptions();
    @Mixin final TokenizerOptions tokenizer = new TokenizerOptions();

    @Option(
        names = "--token",
        paramLabel = "TEXT|ID",
        description =
            "A token of the context, first to last: a text that is one token, or an id. The"
                + " vocabulary's size is the id of the start of a window.")
    List<String> tokens = new ArrayList<>();

    @Option(
        names = "--top",
        paramLabel = "N",
        defaultValue = "10",
        description = "Show the N most likely successors. Default: 10.")
    int top;

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      try (NgramTable opened = table.open()) {
        Shown shown = tokens.isEmpty() ? about(opened) : asked(opened);
        console.result(common.json, shown, text(shown));
      }
      return ExitCode.SUCCESS;
    }

    private static Shown about(NgramTable table) {
      return new Shown(
          table.provenance(), table.contexts(), table.ngrams(), null, null, null, null);
    }

    private Shown asked(NgramTable table) throws IOException {
      if (top < 1) {
        throw new IllegalArgumentException("--top: %d is below 1".formatted(top));
      }
      if (tokens.size() != table.order() - 1) {
        throw new IllegalArgumentException(
            "%d tokens (--token), but a context of order %d has %d"
                .formatted(tokens.size(), table.order(), table.order() - 1));
      }
      try (Tokenizer opened = tokenizer.openOr(table.provenance().tokenizer())) {
        table.checkTokenizer(opened);
        int[] context = tokens.stream().mapToInt(token -> id(token, opened)).toArray();
        List<Next> successors = new ArrayList<>();
        for (Successor next : table.top(context, top)) {
          successors.add(
              new Next(
                  next.token(),
                  opened.label(next.token()),
                  next.count(),
                  next.probability(),
                  table.surprisalBits(context, next.token())));
        }
        return new Shown(
            table.provenance(),
            table.contexts(),
            table.ngrams(),
            Arrays.stream(context)
                .mapToObj(id -> id == table.vocab() ? START : opened.label(id))
                .toList(),
            table.seen(context),
            table.entropyBits(context),
            successors);
      }
    }

    private static int id(String token, Tokenizer tokenizer) {
      if (token.matches("[0-9]{1,9}")) {
        return Integer.parseInt(token);
      }
      int[] ids = tokenizer.encode(token);
      if (ids.length != 1) {
        throw new IllegalArgumentException(
            "--token: '%s' is %d tokens %s; give one of them by id"
                .formatted(token, ids.length, Arrays.toString(ids)));
      }
      return ids[0];
    }

    private static String text(Shown shown) {
      CountsProvenance counted = shown.counted();
      StringBuilder text = new StringBuilder();
      text.append(
          String.format(
              Locale.ROOT,
              "order %d, %,d tokens in %,d windows of %,d; %,d contexts, %,d n-grams%n",
              counted.order(),
              counted.tokens(),
              counted.windows(),
              counted.length(),
              shown.contexts(),
              shown.ngrams()));
      text.append("texts: ").append(String.join(", ", counted.files())).append('\n');
      text.append(
          String.format(
              Locale.ROOT,
              "tokenizer: %s, vocabulary %,d%n",
              counted.tokenizer(),
              counted.vocabulary()));
      if (shown.context() != null && shown.successors() != null) {
        text.append(
            String.format(
                Locale.ROOT,
                "after %s: %sentropy %.4f bits%n",
                String.join(" ", shown.context()),
                Boolean.TRUE.equals(shown.seen()) ? "" : "never seen, unigrams; ",
                shown.entropyBits()));
        for (Next next : shown.successors()) {
          text.append(
              String.format(
                  Locale.ROOT,
                  "%8d  %-20s %,12d  %8.5f  %7.3f bits%n",
                  next.id(),
                  next.label(),
                  next.count(),
                  next.probability(),
                  next.surprisalBits()));
        }
      }
      return text.toString();
    }
  }

  /** A scored token; the first of a text has no surprisal. */
  record Scored(int position, int id, String label, @Nullable Double surprisalBits) {}

  /** Surprisal of a text; its tokens when it was typed, not when it was read from files. */
  record Surprisals(
      TextSurprisal.Totals totals, int length, String source, @Nullable List<Scored> tokens) {}

  /** {@code bigrams surprisal}. */
  @Command(
      name = "surprisal",
      description = {
        "Surprisal of a text in bits, given the counts: positions 1 to T-1 of each window.",
        "Tokens of probability 0 are infinite and counted apart, and so are contexts that were"
            + " never seen, which back off to the unigrams."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  circuitscope bigrams surprisal counts.safetensors --text 'The cat sat'",
        "  circuitscope bigrams surprisal counts.safetensors --file valid.txt --json"
      })
  static final class Surprisal implements Callable<Integer> {
    private static final int BATCH = 256;

    private final Console console;
    private final Progress progress;
    @Mixin final CommonOptions common = new CommonOptions();
    @Mixin final TableOptions table = new TableOptions();
    @Mixin final TokenizerOptions tokenizer = new TokenizerOptions();
    @Mixin final InputOptions inputs = new InputOptions();

    @Option(
        names = "--length",
        paramLabel = "T",
        description = "Tokens a window. Default: that of the counts; a --text is one window.")
    @Nullable Integer length;

    Surprisal(Console console, Progress progress) {
      this.console = console;
      this.progress = progress;
    }

    @Override
    public Integer call() throws IOException {
      TokenInput input = inputs.input();
      if (input == null) {
        throw new IllegalArgumentException(
            "there is nothing to read: give --text, --file or --ids");
      }
      try (NgramTable opened = table.open();
          Tokenizer own = tokenizer.openOr(opened.provenance().tokenizer())) {
        opened.checkTokenizer(own);
        boolean typed = input instanceof TokenInput.Prompt;
        int window =
            length != null ? length : typed ? Integer.MAX_VALUE : opened.provenance().length();
        if (window < 2) {
          throw new IllegalArgumentException("--length: %d is below 2".formatted(window));
        }
        TextSurprisal surprisal = new TextSurprisal(opened);
        List<Scored> tokens = new ArrayList<>();
        try (TokenRows rows = TokenRows.open(input, own, window, Long.MAX_VALUE)) {
          Progress scoring = progress.step("scoring", 1);
          scoring.begin(rows.total(), rows.unit());
          for (List<TokenWindow> batch = rows.next(BATCH);
              !batch.isEmpty();
              batch = rows.next(BATCH)) {
            for (TokenWindow row : batch) {
              double[] bits = surprisal.score(row.ids());
              if (typed) {
                addAll(tokens, row.ids(), bits, own);
              }
            }
            scoring.advanceTo(rows.done());
          }
        }
        Surprisals result =
            new Surprisals(surprisal.totals(), window, input.describe(), typed ? tokens : null);
        console.result(common.json, result, text(result));
      }
      return ExitCode.SUCCESS;
    }

    private static void addAll(List<Scored> to, int[] ids, double[] bits, Tokenizer tokenizer) {
      for (int i = 0; i < ids.length; i++) {
        to.add(new Scored(to.size(), ids[i], tokenizer.label(ids[i]), i == 0 ? null : bits[i]));
      }
    }

    private static String text(Surprisals result) {
      StringBuilder text = new StringBuilder();
      for (Scored token : result.tokens() == null ? List.<Scored>of() : result.tokens()) {
        text.append(
            String.format(
                Locale.ROOT,
                "%6d %8d  %-20s %s%n",
                token.position(),
                token.id(),
                token.label(),
                token.surprisalBits() == null
                    ? "-"
                    : String.format(Locale.ROOT, "%8.3f", token.surprisalBits())));
      }
      TextSurprisal.Totals totals = result.totals();
      text.append(
          String.format(
              Locale.ROOT,
              "%,d tokens scored, mean %.4f bits; %,d of probability 0 left out; %,d contexts never"
                  + " seen, scored by the unigrams%n",
              totals.scored(),
              totals.meanFiniteBits(),
              totals.infinite(),
              totals.backOffs()));
      return text.toString();
    }
  }
}
