package circuitscope.app.cli;

import circuitscope.app.session.job.Shard;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.corpus.TokenShard;
import circuitscope.probes.ngram.CountsProvenance;
import circuitscope.probes.ngram.NgramCounter;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.ngram.ShardedCounting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bigrams count}. */
@Command(
    name = "count",
    description = {
      "Count pairs (or longer n-grams) of tokens inside windows of the packed stream of texts.",
      "What does not fit the memory goes through sorted runs on disk, OUT.runs; a killed or"
          + " cancelled counting goes on from there with --resume, to the same file."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  circuitscope bigrams count --model embedded:gpt2-4l --file book.txt --out"
          + " counts.safetensors",
      "  circuitscope bigrams count --tokenizer DIR --file c4-*.jsonl.zst --field text"
          + " --memory 8g --resume --out counts.safetensors"
    })
final class BigramsCountCommand implements Callable<Integer> {
  /** Of Java's memory, for the table; texts, tokens and the sorted keys need the rest. */
  private static final double USUAL_SHARE = 0.4;

  private static final double LARGEST_SHARE = 0.8;
  private static final Pattern MEMORY = Pattern.compile("([0-9]{1,9})([kmg]?)b?");

  private final Console console;
  private final Progress progress;
  @Mixin final CommonOptions common = new CommonOptions();
  @Mixin final TokenizerOptions tokenizer = new TokenizerOptions();

  @Option(
      names = "--file",
      required = true,
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Texts, plain, .gz, .bz2 or .zst; documents separated by lines that are exactly"
              + " <|endoftext|>, or JSON Lines with --field.")
  List<Path> files = new ArrayList<>();

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "The files are JSON Lines; a document is the text of this member.")
  @Nullable String field;

  @Option(
      names = "--length",
      paramLabel = "T",
      defaultValue = "128",
      description = "Tokens a window; nothing is counted across windows. Default: 128.")
  int length;

  @Option(
      names = "--order",
      paramLabel = "N",
      defaultValue = "2",
      description = "Length of the n-grams. Default: 2, bigrams.")
  int order;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "Memory for the counts, such as 500m or 8g. Default: 40 %% of Java's.")
  @Nullable String memory;

  @Option(names = "--resume", description = "Go on with an unfinished counting of the same.")
  boolean resume;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Encode the I-th of N shares of the texts, I from 1 to N; 'bigrams merge' counts them"
              + " all.")
  @Nullable String shard;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The counts file (docs/counts-format.md).")
  Path out = Path.of("");

  BigramsCountCommand(Console console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  /** Totals of what was counted, and how fast, unless a part was counted before. */
  record Counted(
      String out,
      CountsProvenance counted,
      long contexts,
      long ngrams,
      double seconds,
      @Nullable Double tokensPerSecond) {}

  @Override
  public Integer call() throws IOException {
    NgramCounter.Plan plan =
        new NgramCounter.Plan(
            new Corpus(files, field),
            order,
            length,
            out,
            memoryBytes(memory),
            Runtime.getRuntime().availableProcessors(),
            resume);
    try (Tokenizer opened = tokenizer.open()) {
      if (shard != null) {
        return encode(plan, Shard.parse(shard), opened);
      }
      long start = System.nanoTime();
      CountsProvenance counted = NgramCounter.count(plan, opened, progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      try (NgramTable table = NgramTable.open(out)) {
        Counted result =
            new Counted(
                out.toString(),
                counted,
                table.contexts(),
                table.ngrams(),
                seconds,
                resume ? null : counted.tokens() / seconds);
        console.result(common.json, result, text(result));
      }
    }
    return ExitCode.SUCCESS;
  }

  /** What a shard holds. */
  record Encoded(String out, String shard, long parts, long tokens) {}

  private int encode(NgramCounter.Plan plan, Shard share, Tokenizer opened) throws IOException {
    if (resume) {
      throw new IllegalArgumentException("--resume: a shard is made in one go; run it again");
    }
    TokenShard mine = new TokenShard(share.index(), share.count());
    TokenShard.Encoded encoded = ShardedCounting.encode(plan, mine, opened, progress);
    Encoded result =
        new Encoded(
            out.toString(), share.index() + "/" + share.count(), encoded.parts(), encoded.tokens());
    String text =
        String.format(
            Locale.ROOT,
            "%s: shard %s, %,d tokens; 'circuitscope bigrams merge' counts all shards%n",
            result.out(),
            result.shard(),
            result.tokens());
    console.result(common.json, result, text);
    return ExitCode.SUCCESS;
  }

  static String text(Counted result) {
    CountsProvenance counted = result.counted();
    return String.format(
        Locale.ROOT,
        "%s: %,d tokens in %,d windows of %,d (%,d left out), %,d contexts, %,d n-grams; %.1f"
            + " s%s%n",
        result.out(),
        counted.tokens(),
        counted.windows(),
        counted.length(),
        counted.leftOut(),
        result.contexts(),
        result.ngrams(),
        result.seconds(),
        result.tokensPerSecond() == null
            ? ""
            : String.format(Locale.ROOT, ", %,.0f tokens/s", result.tokensPerSecond()));
  }

  static long memoryBytes(@Nullable String memory) {
    long heap = Runtime.getRuntime().maxMemory();
    if (memory == null) {
      return (long) (USUAL_SHARE * heap);
    }
    Matcher matcher = MEMORY.matcher(memory.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "--memory: '%s' is no size such as 500m or 8g".formatted(memory));
    }
    int shift =
        switch (matcher.group(2)) {
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          default -> 0;
        };
    long bytes = Long.parseLong(matcher.group(1)) << shift;
    if (bytes > LARGEST_SHARE * heap) {
      throw new IllegalArgumentException(
          "--memory: %,d bytes are more than 80 %% of Java's %,d; give less, or Java more:"
                  .formatted(bytes, heap)
              + " JAVA_TOOL_OPTIONS=-Xmx16g");
    }
    return bytes;
  }
}
