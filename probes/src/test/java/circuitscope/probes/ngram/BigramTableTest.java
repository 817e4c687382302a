package circuitscope.probes.ngram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two windows, [0 1 2 1] and [0 1 1 1], over five tokens of which 3 and 4 are never seen. */
final class BigramTableTest {
  private static final int[][] WINDOWS = {{0, 1, 2, 1}, {0, 1, 1, 1}};

  /** Doubles of a handful of operations. */
  private static final double TOLERANCE = 1e-14;

  @TempDir static Path folder;
  private static Path file;

  @BeforeAll
  static void count() throws IOException {
    file = write(folder.resolve("toy.safetensors"), 2);
  }

  private static Path write(Path out, int order) throws IOException {
    NgramKeys keys = new NgramKeys(order, 5);
    TreeMap<Long, Long> counts = new TreeMap<>();
    for (int[] window : WINDOWS) {
      long context = keys.start();
      for (int token : window) {
        long key = keys.key(context, token);
        counts.merge(key, 1L, Long::sum);
        context = keys.next(key);
      }
    }
    try (CountsWriter writer = new CountsWriter(keys, 8, folder)) {
      for (var entry : counts.entrySet()) {
        writer.add(entry.getKey(), entry.getValue());
      }
      writer.finish(
          out,
          new CountsProvenance(order, 5, "toy", "00", List.of("toy.txt"), 4, 2, 8, 0, "11", "0"));
    }
    return out;
  }

  @Test
  void rowsHoldWhatFollowsEachTokenInsideAWindow() {
    try (BigramTable table = BigramTable.open(file)) {
      assertThat(table.vocab()).isEqualTo(5);
      assertThat(table.rowEnd(1) - table.rowBegin(1)).isEqualTo(2);
      assertThat(table.top(1, 5))
          .containsExactly(new Successor(1, 2, 2 / 3.0), new Successor(2, 1, 1 / 3.0));
      assertThat(table.top(1, 1)).extracting(Successor::token).containsExactly(1);
      assertThat(table.contextCount(1)).isEqualTo(3);
      assertThat(table.unigramCount(1)).isEqualTo(5);
      assertThat(table.probability(2, 1)).isEqualTo(1);
      assertThat(table.surprisalBits(1, 2)).isCloseTo(Math.log(3) / Math.log(2), within(TOLERANCE));
      assertThat(table.surprisalBits(1, 4)).isInfinite().isPositive();
    }
  }

  @Test
  void theStartPlaceholderCountsEachWindowOnce() {
    try (BigramTable table = BigramTable.open(file)) {
      assertThat(table.contextCount(5)).isEqualTo(2);
      assertThat(table.probability(5, 0)).isEqualTo(1);
    }
  }

  @Test
  void anUnseenContextBacksOffToTheUnigrams() {
    try (BigramTable table = BigramTable.open(file)) {
      assertThat(table.seen(4)).isFalse();
      assertThat(table.rowEnd(4)).isEqualTo(table.rowBegin(4));
      assertThat(table.probability(4, 1)).isEqualTo(5 / 8.0);
      assertThat(table.entropyBits(4))
          .isCloseTo(-(2 * log2(2 / 8.0) + 5 * log2(5 / 8.0) + log2(1 / 8.0)) / 8, within(1e-14));
    }
  }

  @Test
  void smoothedDistributionsSumToOneAndKnowTheirEntropy() {
    try (BigramTable table = BigramTable.open(file, 0.5)) {
      for (int u = 0; u <= 5; u++) {
        double sum = 0;
        double entropy = 0;
        for (int v = 0; v < 5; v++) {
          double p = table.probability(u, v);
          sum += p;
          entropy -= p * log2(p);
        }
        assertThat(sum).isCloseTo(1, within(TOLERANCE));
        assertThat(table.entropyBits(u)).isCloseTo(entropy, within(TOLERANCE));
      }
      assertThat(table.probability(2, 3))
          .isEqualTo(0.5 / 3.5)
          .isEqualTo(table.unseenProbability(2));
    }
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  @Test
  void theBulkArraysAreTheRows() {
    try (BigramTable table = BigramTable.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment probabilities = table.probabilities(arena);
      assertThat(table.rowOffsets().byteSize()).isEqualTo(7 * Long.BYTES);
      assertThat(table.successors().byteSize()).isEqualTo(table.pairs() * Integer.BYTES);
      for (int u = 0; u <= 5; u++) {
        for (long pair = table.rowBegin(u); pair < table.rowEnd(u); pair++) {
          assertThat(probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, pair))
              .isEqualTo((float) table.probability(u, table.successor(pair)));
        }
      }
    }
  }

  @Test
  void anotherVocabularyIsRefusedAndPaddingIsNot() throws IOException {
    try (BigramTable table = BigramTable.open(file);
        Tokenizer other = Tokenizer.open(EmbeddedModels.directory("gpt2-4l"))) {
      table.checkVocabulary(8, "a padded model");
      assertThatThrownBy(() -> table.checkVocabulary(4, "a small model"))
          .isInstanceOf(CountsException.class)
          .hasMessageContaining("vocabulary of 5")
          .hasMessageContaining("a small model has one of 4");
      assertThatThrownBy(() -> table.checkVocabulary(4096, "a large model"))
          .isInstanceOf(CountsException.class);
      assertThatThrownBy(() -> table.checkTokenizer(other)).isInstanceOf(CountsException.class);
      assertThatThrownBy(() -> table.probability(6, 0))
          .isInstanceOf(CountsException.class)
          .hasMessageContaining("token id 6");
    }
  }

  @Test
  void aBigramTableIsNotMadeOfTrigrams() throws IOException {
    Path trigrams = write(folder.resolve("trigrams.safetensors"), 3);
    assertThatThrownBy(() -> BigramTable.open(trigrams))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("order 3");
  }

  @Test
  void anyChangedNumberIsFoundBeforeUse() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    long header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (int at = (int) header + Long.BYTES; at < whole.length; at += Integer.BYTES) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      Path copy = Files.write(folder.resolve("damaged.safetensors"), damaged);
      assertThatThrownBy(() -> BigramTable.open(copy).close())
          .as("byte %d", at)
          .isInstanceOf(CountsException.class)
          .hasMessageContaining("damaged.safetensors");
    }
  }

  @Test
  void aTruncatedFileAndAnotherFormatAreRefused() throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Path cut =
        Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> BigramTable.open(cut)).isInstanceOf(CountsException.class);
    Path weights = EmbeddedModels.directory("gpt2-4l").resolve("model.safetensors");
    assertThatThrownBy(() -> BigramTable.open(weights))
        .isInstanceOf(CountsException.class)
        .hasMessageContaining("not a counts file");
  }
}
