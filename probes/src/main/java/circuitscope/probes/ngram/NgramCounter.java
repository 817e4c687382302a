package circuitscope.probes.ngram;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Versions;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.corpus.TokenWindows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts the n-grams of texts inside windows of the packed token stream (Chang and Bergen 2025,
 * "Bigram Subnetworks", appendix; every window also counts its first tokens under start
 * placeholders).
 *
 * <p>Texts are encoded on all cores and counted in a table of bounded size. When it is full, and
 * every two minutes, it is written to a sorted run beside the counts file, with the place in the
 * stream; the runs are merged at the end. A killed counting goes on after its last run. The counts
 * file is the same whatever the memory, the threads and the kills.
 */
public final class NgramCounter implements AutoCloseable {
  /**
   * When runs are written and merged.
   *
   * @param runNanos how much work a kill can cost
   * @param mostRuns more than this many are merged into one on the way, for the sake of open files
   */
  record Pace(long runNanos, int mostRuns) {
    static final Pace USUAL = new Pace(120_000_000_000L, 64);
  }

  /** The share of the work that reads and counts; the rest merges and writes. */
  private static final double COUNTING = 0.9;

  private final Plan plan;
  private final Source source;
  private final Pace pace;
  private final NgramKeys keys;
  private final CountMap map;
  private final Path folder; // of the runs
  private CountState state;
  private boolean done;

  /**
   * What to count.
   *
   * @param order length of the n-grams, 2 for bigrams
   * @param length tokens a window, at least {@code order}
   * @param out the counts file
   * @param memoryBytes for the table in memory; what does not fit goes through runs on disk
   * @param threads that encode
   * @param resume whether to go on with an unfinished counting of the same
   */
  public record Plan(
      Corpus corpus,
      int order,
      int length,
      Path out,
      long memoryBytes,
      int threads,
      boolean resume) {
    public Plan {
      if (length < order) {
        throw new CountsException(
            "windows of %d tokens hold no n-gram of order %d; make them longer (--length)"
                .formatted(length, order));
      }
      long least = CountMap.bytesFor(blockTokens(length));
      if (memoryBytes < least) {
        throw new CountsException(
            "%,d bytes of memory are too few for windows of %d tokens; give at least %,d (--memory)"
                .formatted(memoryBytes, length, least));
      }
    }

    private static long blockTokens(int length) {
      return (long) StreamDigest.BLOCK_WINDOWS * length;
    }

    /** Where the runs of an unfinished counting lie. */
    Path runs() {
      return out.resolveSibling(out.getFileName() + ".runs");
    }
  }

  /** Opens the stream of windows from a position on. */
  @FunctionalInterface
  interface Windows {
    TokenWindows from(TokenWindows.Position position) throws IOException;
  }

  /**
   * Where the windows come from.
   *
   * @param vocabulary ids of the tokenizer, the largest plus one
   * @param tokenizer where it was read from
   */
  record Source(int vocabulary, String tokenizer, CountState.Question question, Windows windows) {}

  NgramCounter(Plan plan, Tokenizer tokenizer, Pace pace) throws IOException {
    this(plan, source(plan, tokenizer), pace);
  }

  NgramCounter(Plan plan, Source source, Pace pace) throws IOException {
    this.plan = plan;
    this.pace = pace;
    this.source = source;
    keys = new NgramKeys(plan.order(), source.vocabulary());
    folder = plan.runs();
    if (Files.exists(folder) && !plan.resume()) {
      throw new CountsException(
          "%s is what an unfinished counting left; go on with it (--resume) or delete it"
              .formatted(folder));
    }
    state = CountState.read(folder, source.question());
    Files.createDirectories(folder);
    map = new CountMap(plan.memoryBytes());
  }

  private static Source source(Plan plan, Tokenizer tokenizer) throws IOException {
    return new Source(
        tokenizer.vocabularySize(),
        tokenizer.source(),
        CountState.Question.of(
            plan.corpus(), VocabularyDigest.of(tokenizer), plan.order(), plan.length()),
        position ->
            TokenWindows.open(plan.corpus(), tokenizer, plan.length(), plan.threads(), position));
  }

  /**
   * Counts and writes {@code plan.out()}.
   *
   * @throws CountsException when there is nothing to count or the plan contradicts what was begun
   */
  public static CountsProvenance count(Plan plan, Tokenizer tokenizer, Progress progress)
      throws IOException {
    try (NgramCounter counter = new NgramCounter(plan, tokenizer, Pace.USUAL)) {
      return counter.run(progress);
    }
  }

  CountsProvenance run(Progress progress) throws IOException {
    StreamDigest digest = StreamDigest.from(state.link());
    long leftOut;
    long windowCount;
    try (TokenWindows windows = source.windows().from(state.position())) {
      Progress counting = progress.step("counting", COUNTING);
      counting.begin(windows.bytesTotal(), "bytes");
      long blockTokens = Plan.blockTokens(plan.length());
      long lastRun = System.nanoTime();
      for (TokenWindow window = windows.next(); window != null; window = windows.next()) {
        add(window.ids());
        digest.update(window.ids());
        if (digest.betweenBlocks()) {
          counting.advanceTo(windows.bytesRead());
          if (!map.hasRoomFor(blockTokens) || System.nanoTime() - lastRun >= pace.runNanos()) {
            spill(windows.position(), digest.link());
            lastRun = System.nanoTime();
          }
        }
      }
      counting.advanceTo(windows.bytesRead());
      leftOut = windows.rest().size();
      windowCount = windows.position().window();
    }
    if (windowCount == 0) {
      throw new CountsException(
          "%s: %d tokens in all fill no window of %d; give more text or shorter windows (--length)"
              .formatted(plan.corpus().files(), leftOut, plan.length()));
    }
    CountsProvenance provenance = provenance(windowCount, leftOut, digest.end());
    write(provenance, progress.step("writing", 1));
    done = true;
    return provenance;
  }

  private void add(int[] window) {
    long context = keys.start();
    for (int token : window) {
      long key = keys.key(context, token);
      map.increment(key);
      context = keys.order() == 2 ? token : keys.next(key);
    }
  }

  private CountsProvenance provenance(long windows, long leftOut, String tokensDigest) {
    return new CountsProvenance(
        plan.order(),
        source.vocabulary(),
        source.tokenizer(),
        state.question().tokenizerDigest(),
        plan.corpus().files().stream().map(Path::toString).toList(),
        plan.length(),
        windows,
        windows * plan.length(),
        leftOut,
        tokensDigest,
        Versions.current().product());
  }

  private void spill(TokenWindows.Position position, String link) throws IOException {
    String name = "run-%d".formatted(position.window());
    long entries = CountRun.write(folder.resolve(name), map.sorted());
    map.clear();
    List<CountState.Run> runs = new ArrayList<>(state.runs());
    runs.add(new CountState.Run(name, entries));
    List<CountState.Run> merged = List.of();
    if (runs.size() > pace.mostRuns()) {
      merged = runs;
      String all = "merged-%d".formatted(position.window());
      try (Runs open = new Runs(folder, runs)) {
        runs =
            List.of(
                new CountState.Run(
                    all, CountRun.write(folder.resolve(all), new MergedCounts(open.readers()))));
      }
    }
    state = new CountState(state.question(), position, link, List.copyOf(runs));
    state.write(folder);
    for (CountState.Run run : merged) {
      Files.delete(folder.resolve(run.name()));
    }
  }

  private void write(CountsProvenance provenance, Progress progress) throws IOException {
    try (Runs open = new Runs(folder, state.runs());
        CountsWriter writer = new CountsWriter(keys, provenance.tokens(), folder)) {
      List<SortedCounts> sources = new ArrayList<>(open.readers());
      sources.add(map.sorted());
      SortedCounts merged = sources.size() == 1 ? sources.getFirst() : new MergedCounts(sources);
      progress.begin(provenance.tokens(), "tokens");
      long told = 0;
      long counted = 0;
      while (merged.next()) {
        writer.add(merged.key(), merged.count());
        counted += merged.count();
        if (counted - told > 1 << 20) {
          progress.advanceTo(counted);
          told = counted;
        }
      }
      progress.advanceTo(counted);
      writer.finish(plan.out(), provenance);
    }
  }

  /** The open readers of several runs. */
  private static final class Runs implements AutoCloseable {
    private final List<CountRun.Reader> readers = new ArrayList<>();

    Runs(Path folder, List<CountState.Run> runs) throws IOException {
      try {
        for (CountState.Run run : runs) {
          readers.add(new CountRun.Reader(folder.resolve(run.name()), run.entries()));
        }
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    List<CountRun.Reader> readers() {
      return readers;
    }

    @Override
    public void close() throws IOException {
      for (CountRun.Reader reader : readers) {
        reader.close();
      }
    }
  }

  /** Keeps the runs of a counting that stopped on its way; deletes them otherwise. */
  @Override
  public void close() throws IOException {
    if (!done && !state.runs().isEmpty()) {
      return;
    }
    try (Stream<Path> left = Files.list(folder)) {
      for (Path file : left.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
