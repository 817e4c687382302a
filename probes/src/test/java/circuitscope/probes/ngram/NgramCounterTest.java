package circuitscope.probes.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.corpus.TokenWindows;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NgramCounterTest {
  private static final int LENGTH = 8;
  private static final long AMPLE = 1 << 26;
  private static final NgramCounter.Pace IN_MEMORY = new NgramCounter.Pace(Long.MAX_VALUE, 1);
  private static final NgramCounter.Pace RUN_EACH_BLOCK = new NgramCounter.Pace(0, 1000);
  private static final NgramCounter.Pace MERGE_EACH_SECOND_BLOCK = new NgramCounter.Pace(0, 1);

  /** Room for one block of windows, and not for two. */
  private static final long TIGHT = CountMap.bytesFor(1024 * LENGTH);

  private static final Pattern DOCUMENTS = Pattern.compile("\n<\\|endoftext\\|>\n");

  @TempDir static Path folder;
  private static Tokenizer tokenizer;
  private static Path text;
  private static byte[] bigrams; // the counts file of the text

  @BeforeAll
  static void partOfTheEmbeddedText() throws IOException {
    tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new BZip2CompressorInputStream(Files.newInputStream(EmbeddedModels.text())),
                StandardCharsets.UTF_8))) {
      text = Files.write(folder.resolve("text.txt"), reader.lines().limit(8000).toList());
    }
    bigrams = count(plan("whole", 2, AMPLE, false), IN_MEMORY);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  static NgramCounter.Plan plan(String name, int order, long memory, boolean resume) {
    return new NgramCounter.Plan(
        Corpus.ofText(List.of(text)), order, LENGTH, out(name), memory, 2, resume);
  }

  private static Path out(String name) {
    return folder.resolve(name + ".safetensors");
  }

  private static byte[] count(NgramCounter.Plan plan, NgramCounter.Pace pace) throws IOException {
    try (NgramCounter counter = new NgramCounter(plan, tokenizer, pace)) {
      counter.run(Progress.silent());
    }
    assertThat(plan.runs()).doesNotExist();
    return Files.readAllBytes(plan.out());
  }

  private static List<int[]> windows() throws IOException {
    try (TokenWindows windows = TokenWindows.open(List.of(text), tokenizer, LENGTH)) {
      return windows.nextBatch(1 << 20).stream().map(TokenWindow::ids).toList();
    }
  }

  @Test
  void bigramsAreThoseOfAPlainCount() throws IOException {
    Map<List<Integer>, Long> expected = new HashMap<>();
    int vocabulary = tokenizer.vocabularySize();
    for (int[] window : windows()) {
      expected.merge(List.of(vocabulary, window[0]), 1L, Long::sum);
      for (int i = 1; i < window.length; i++) {
        expected.merge(List.of(window[i - 1], window[i]), 1L, Long::sum);
      }
    }
    Map<List<Integer>, Long> actual = new HashMap<>();
    try (BigramTable table = BigramTable.open(out("whole"))) {
      assertThat(table.vocab()).isEqualTo(vocabulary);
      for (int u = 0; u <= vocabulary; u++) {
        for (long pair = table.rowBegin(u); pair < table.rowEnd(u); pair++) {
          actual.put(List.of(u, table.successor(pair)), table.count(pair));
        }
      }
      assertThat(table.provenance().windows()).isEqualTo(windows().size());
      assertThat(table.provenance().files()).containsExactly(text.toString());
      table.checkTokenizer(tokenizer);
    }
    assertThat(actual).hasSizeGreaterThan(10_000).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void longerOrdersAreThoseOfAPlainCount(int order) throws IOException {
    NgramCounter.Plan plan = plan("order" + order, order, AMPLE, false);
    count(plan, IN_MEMORY);
    Map<List<Integer>, Long> expected = new HashMap<>();
    for (int[] window : windows()) {
      Integer[] padded = new Integer[order - 1 + window.length];
      Arrays.fill(padded, tokenizer.vocabularySize());
      for (int i = 0; i < window.length; i++) {
        padded[order - 1 + i] = window[i];
        expected.merge(List.of(Arrays.copyOfRange(padded, i, i + order)), 1L, Long::sum);
      }
    }
    long all = 0;
    try (NgramTable table = NgramTable.open(plan.out())) {
      for (var entry : expected.entrySet()) {
        int[] ids = entry.getKey().stream().mapToInt(id -> id).toArray();
        int[] context = Arrays.copyOf(ids, order - 1);
        assertThat(table.count(context, ids[order - 1])).isEqualTo(entry.getValue());
        all += entry.getValue();
      }
      assertThat(table.ngrams()).isEqualTo(expected.size());
      assertThat(table.provenance().tokens()).isEqualTo(all);
    }
  }

  @Test
  void runsOnDiskAndThreadsChangeNoByte() throws IOException {
    assertThat(count(plan("runs", 2, AMPLE, false), RUN_EACH_BLOCK)).isEqualTo(bigrams);
    NgramCounter.Plan one =
        new NgramCounter.Plan(Corpus.ofText(List.of(text)), 2, LENGTH, out("one"), AMPLE, 1, false);
    assertThat(count(one, IN_MEMORY)).isEqualTo(bigrams);
  }

  @Test
  void theLeastMemoryCountsTheSameAndLessIsRefused() throws IOException {
    assertThat(count(plan("tight", 2, TIGHT, false), IN_MEMORY)).isEqualTo(bigrams);
    assertThatThrownBy(() -> plan("tight", 2, TIGHT - 1, false))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("--memory");
  }

  @Test
  void moreRunsThanFilesMayBeOpenAreMergedOnTheWay() throws IOException {
    assertThat(count(plan("merged", 2, AMPLE, false), MERGE_EACH_SECOND_BLOCK)).isEqualTo(bigrams);
  }

  @Test
  void aKilledCountingGoesOnToTheSameBytes() throws Exception {
    NgramCounter.Plan plan = plan("killed", 2, AMPLE, true);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledCounting.class.getName(),
                text.toString(),
                plan.out().toString())
            .inheritIO()
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(KilledCounting.KILLED);
    assertThat(plan.out()).doesNotExist();
    assertThat(plan.runs()).isDirectoryContaining("glob:**state.json");

    assertThatThrownBy(() -> count(plan("killed", 2, AMPLE, false), IN_MEMORY))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("--resume");
    assertThatThrownBy(() -> count(plan("killed", 3, AMPLE, true), IN_MEMORY))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("another counting");
    assertThat(count(plan, IN_MEMORY)).isEqualTo(bigrams);
  }

  @Test
  void aCancelledCountingLeavesNothingUnderTheName() {
    Progress progress = Progress.silent();
    progress.cancel();
    NgramCounter.Plan plan = plan("cancelled", 2, AMPLE, false);
    assertThatThrownBy(() -> NgramCounter.count(plan, tokenizer, progress))
        .isInstanceOf(CancelledException.class);
    assertThat(plan.out()).doesNotExist();
    assertThat(plan.runs()).doesNotExist();
  }

  @Test
  void packedTextsAndJsonLinesCountAsPlainOnes() throws IOException {
    Path gzipped = folder.resolve("text.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
      Files.copy(text, out);
    }
    Path zstd = folder.resolve("text.txt.zst");
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
      Files.copy(text, out);
    }
    Path json = folder.resolve("text.jsonl.zst");
    JsonMapper mapper = new JsonMapper();
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(json))) {
      for (String document : DOCUMENTS.splitAsStream(Files.readString(text)).toList()) {
        out.write(mapper.writeValueAsBytes(Map.of("id", 1, "body", document)));
        out.write('\n');
      }
    }
    assertThat(arrays(new Corpus(List.of(gzipped), null))).isEqualTo(tail(bigrams));
    assertThat(arrays(new Corpus(List.of(zstd), null))).isEqualTo(tail(bigrams));
    assertThat(arrays(new Corpus(List.of(json), "body"))).isEqualTo(tail(bigrams));
  }

  /** The bytes behind the header, which names the files. */
  private static byte[] arrays(Corpus corpus) throws IOException {
    return tail(
        count(new NgramCounter.Plan(corpus, 2, LENGTH, out("packed"), AMPLE, 2, false), IN_MEMORY));
  }

  private static byte[] tail(byte[] file) {
    int header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt() + Long.BYTES;
    return Arrays.copyOfRange(file, header, file.length);
  }

  @Test
  void aTextThatFillsNoWindowIsRefusedAndLeavesNothing() throws IOException {
    Path small = Files.writeString(folder.resolve("small.txt"), "one");
    NgramCounter.Plan plan =
        new NgramCounter.Plan(
            Corpus.ofText(List.of(small)), 2, LENGTH, out("small"), AMPLE, 1, false);
    assertThatThrownBy(() -> NgramCounter.count(plan, tokenizer, Progress.silent()))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("small.txt")
        .hasMessageContaining("fill no window of 8");
    assertThat(plan.out()).doesNotExist();
    assertThat(plan.runs()).doesNotExist();
  }

  @Test
  void nGramsThatDoNotFitANumberAreRefused() {
    assertThatThrownBy(() -> new NgramKeys(6, 4096))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("2 to 5");
  }

  @Test
  void keysKeepTheOrderOfTheirIds() {
    NgramKeys keys = new NgramKeys(3, 9);
    List<Long> made = new ArrayList<>();
    for (int a = 0; a <= 9; a++) {
      for (int b = 0; b <= 9; b++) {
        for (int c = 0; c < 9; c++) {
          long key = keys.key(keys.context(a, b), c);
          made.add(key);
          assertThat(keys.ids(keys.context(key))).containsExactly(a, b);
          assertThat(keys.successor(key)).isEqualTo(c);
          assertThat(keys.next(key)).isEqualTo(keys.context(b, c));
        }
      }
    }
    assertThat(made).isSorted().doesNotHaveDuplicates();
  }
}
