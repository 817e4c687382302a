package circuitscope.probes.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenWindowsTest {
  private static Tokenizer tokenizer;
  private static List<Path> text;
  @TempDir static Path folder;

  @BeforeAll
  static void twentyDocuments() throws IOException {
    tokenizer = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"));
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new BZip2CompressorInputStream(Files.newInputStream(EmbeddedModels.text())),
                StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().limit(3000).toList();
      text = List.of(Files.write(folder.resolve("text.txt"), lines));
    }
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static List<int[]> windows(int length, int threads, TokenWindows.Position from)
      throws IOException {
    try (TokenWindows windows = TokenWindows.open(text, tokenizer, length, threads, from)) {
      return ids(windows.nextBatch(Integer.MAX_VALUE >> 12));
    }
  }

  private static List<int[]> ids(List<TokenWindow> windows) {
    return windows.stream().map(TokenWindow::ids).toList();
  }

  private static List<int[]> allWindows(int length) throws IOException {
    return windows(length, 1, TokenWindows.Position.START);
  }

  @Test
  void theStreamIsEachDocumentAfterItsEndOfTextToken() throws IOException {
    Path file = Files.writeString(folder.resolve("two.txt"), "one\n<|endoftext|>\ntwo é");
    int[] expected =
        IntStream.concat(
                IntStream.concat(IntStream.of(0), Arrays.stream(tokenizer.encode("one"))),
                IntStream.concat(IntStream.of(0), Arrays.stream(tokenizer.encode("two é"))))
            .toArray();

    try (TokenWindows windows = TokenWindows.open(List.of(file), tokenizer, expected.length)) {
      TokenWindow window = windows.nextBatch(1).getFirst();
      assertThat(window.ids()).isEqualTo(expected);
      assertThat(Arrays.stream(window.byteLengths()).sum()).isEqualTo("onetwo é".length() + 1);
      assertThat(window.byteLengths()[0]).isZero();
      assertThat(window.documents()).startsWith(0).endsWith(1);
      assertThat(windows.next()).isNull();
      assertThat(windows.rest().size()).isZero();
    }
  }

  @Test
  void theBytesOfAllTokensAreTheBytesOfAllDocuments() throws IOException {
    long bytes = 0;
    try (DocumentReader reader = new DocumentReader(Corpus.ofText(text))) {
      for (DocumentPart part = reader.next(); part != null; part = reader.next()) {
        bytes += part.text().getBytes(StandardCharsets.UTF_8).length;
      }
    }
    try (TokenWindows windows = TokenWindows.open(text, tokenizer, 64)) {
      List<TokenWindow> all = new ArrayList<>(windows.nextBatch(1 << 20));
      all.add(windows.rest());
      assertThat(
              all.stream().flatMapToInt(w -> Arrays.stream(w.byteLengths())).asLongStream().sum())
          .isEqualTo(bytes);
      assertThat(windows.bytesRead()).isEqualTo(windows.bytesTotal());
    }
  }

  @Test
  void theSpaceThatALlamaTokenizerAddsCountsNoByte() throws IOException {
    Path file = Files.writeString(folder.resolve("llama.txt"), "one é\n<|endoftext|>\n two");
    try (Tokenizer llama = Tokenizer.open(Path.of("../tests/golden/tokens/llama-2"));
        TokenWindows windows = TokenWindows.open(List.of(file), llama, 1)) {
      int bytes = windows.nextBatch(100).stream().mapToInt(window -> window.byteLengths()[0]).sum();
      // " two" becomes a piece of two spaces: one of them is the text's
      assertThat(bytes).isEqualTo("one e+ two".length());
    }
  }

  @Test
  void theNumberOfThreadsChangesNothing() throws IOException {
    assertThat(windows(100, 3, TokenWindows.Position.START).toArray(int[][]::new))
        .isDeepEqualTo(allWindows(100).toArray(int[][]::new));
  }

  @Test
  void aPassGoesOnFromAnyPosition() throws IOException {
    List<int[]> whole = allWindows(700);
    try (TokenWindows first = TokenWindows.open(text, tokenizer, 700)) {
      for (int done = 0; done < whole.size(); done += 7) {
        TokenWindows.Position position = first.position();
        assertThat(position.window()).isEqualTo(done);
        List<int[]> others = windows(700, 2, position);
        assertThat(others.toArray(int[][]::new))
            .isDeepEqualTo(whole.subList(done, whole.size()).toArray(int[][]::new));
        first.nextBatch(7);
      }
    }
  }

  @Test
  void aPositionBehindTheEndIsRefused() {
    TokenWindows.Position position = new TokenWindows.Position(1_000_000, 0, 5);

    assertThatThrownBy(() -> windows(10, 1, position))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("the files have changed");
  }

  @Test
  void anAbsentFileIsNamed() {
    assertThatThrownBy(() -> TokenWindows.open(List.of(Path.of("absent.txt")), tokenizer, 8))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("absent.txt: no such text file (looked for /");
  }

  @Test
  void shuffledWindowsAreTheSameWindowsInAnOrderThatTheSeedDecides() throws IOException {
    List<int[]> plain = allWindows(128);
    List<int[]> one = shuffled(16, 1);

    assertThat(one)
        .usingElementComparator(Arrays::compare)
        .containsExactlyInAnyOrderElementsOf(plain);
    assertThat(one.toArray(int[][]::new)).isDeepEqualTo(shuffled(16, 1).toArray(int[][]::new));
    assertThat(one).usingElementComparator(Arrays::compare).isNotEqualTo(plain);
    assertThat(shuffled(16, 2)).usingElementComparator(Arrays::compare).isNotEqualTo(one);
  }

  @Test
  void aShuffledPassGoesOnFromTheMiddleOfABlock() throws IOException {
    List<int[]> whole = shuffled(16, 9);
    for (int done : new int[] {0, 5, 16, 21, whole.size() - 1}) {
      ShuffledWindows.Position position;
      try (ShuffledWindows first = shuffle(16, 9, ShuffledWindows.Position.START)) {
        for (int i = 0; i < done; i++) {
          first.next();
        }
        position = first.position();
      }
      try (ShuffledWindows second = shuffle(16, 9, position)) {
        assertThat(second.next())
            .isNotNull()
            .extracting(TokenWindow::ids)
            .isEqualTo(whole.get(done));
      }
    }
  }

  @Test
  void theDigestIsOfLittleEndianInt64() {
    // sha256 of 0100000000000000 ff0f000000000000, by sha256sum
    assertThat(TokenDigest.of(new int[][] {{1}, {4095}}))
        .isEqualTo("3799c19e2877fffab15b54a03c999be0e4aff2eff4075f81d76b2527fcbfe205");
  }

  private static ShuffledWindows shuffle(int block, long seed, ShuffledWindows.Position from)
      throws IOException {
    return new ShuffledWindows(
        TokenWindows.open(text, tokenizer, 128, 1, from.block()), block, seed, from);
  }

  private static List<int[]> shuffled(int block, long seed) throws IOException {
    List<int[]> all = new ArrayList<>();
    try (ShuffledWindows windows = shuffle(block, seed, ShuffledWindows.Position.START)) {
      for (TokenWindow w = windows.next(); w != null; w = windows.next()) {
        all.add(w.ids());
      }
    }
    return all;
  }
}
