package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.train.TrainResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a subnetwork can be trained towards beside bigrams. */
final class TargetsTest {
  private static final String MASK = "lambda-0.5.safetensors";
  private static final int VOCAB = 61;
  private static final int MODEL_VOCAB = 64;
  private static final int LENGTH = 16;

  /** FP32 sums over 64 positions. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;
  private TinyModel tiny;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyModel(Precision.FP32);
  }

  @AfterEach
  void close() {
    tiny.close();
  }

  @Test
  void ngramsOfOrderTwoAreBigrams() throws IOException {
    Mask bigrams = trained("bigrams", Map.of());
    Mask ngrams = trained("ngrams", Map.of("target", "ngram", "ngrams", TinyModel.BIGRAMS));
    assertThat(ngrams.digest()).isEqualTo(bigrams.digest());
    assertThat(ngrams.provenance().get("target")).isEqualTo("2-gram");
  }

  @Test
  void theLossTowardsTrigramsIsTheirCrossEntropy() throws IOException {
    Path trigrams = folder.resolve("trigrams.safetensors");
    writeTrigrams(trigrams);
    TrainResult result =
        tiny.train(
            folder.resolve("masks"),
            Map.of("target", "ngram", "ngrams", trigrams, "max-steps", 1, "batch", 8),
            Progress.silent());
    try (NgramTable table = NgramTable.open(trigrams)) {
      double nats = crossEntropyOfHalvedWeights(table);
      assertThat(result.masks().getFirst().lossBits())
          .isCloseTo(nats / Math.log(2), within(TOLERANCE));
    }
    assertThat(result.backedOff()).isBetween(0.2, 0.8);
    assertThat(result.summary()).contains("never counted");
  }

  @Test
  void aDistributionByTokenIsWhatItSays() throws IOException {
    Mask bigrams = trained("bigrams", Map.of());
    Path file = folder.resolve("by-token.safetensors");
    List<double[]> rows = new ArrayList<>();
    try (BigramTable table = BigramTable.open(TinyModel.BIGRAMS)) {
      for (int u = 0; u < VOCAB; u++) {
        rows.add(row(table, u));
      }
    }
    writeByToken(file, rows);
    Mask supplied = trained("supplied", Map.of("target", "distribution", "distribution", file));
    assertAlike(supplied, bigrams);
  }

  @Test
  void aDistributionByPositionIsWhatItSays() throws IOException {
    Mask bigrams = trained("bigrams", Map.of());
    Path file = folder.resolve("by-position.safetensors");
    writeByPosition(file, ids(), 1);
    Mask supplied = trained("supplied", Map.of("target", "distribution", "distribution", file));
    assertAlike(supplied, bigrams);
  }

  /** Of probabilities in FP32, where those of the bigrams were divided in FP64. */
  private static void assertAlike(Mask supplied, Mask bigrams) {
    long both = 0;
    for (String name : bigrams.matrices().keySet()) {
      var common = bigrams.matrices().get(name).kept();
      common.and(supplied.matrices().get(name).kept());
      both += common.cardinality();
    }
    long either = supplied.active() + bigrams.active() - both;
    assertThat((double) both / either).isGreaterThan(0.99);
  }

  @Test
  void distributionsThatCannotBeUsedAreRefused() throws IOException {
    Path file = folder.resolve("refused.safetensors");
    writeByPosition(file, ids(), 0.5);
    refuses(file, "row 0 sum to 0.4999", "divide each row");
    int[][] wild = ids();
    wild[1][2] = VOCAB;
    writeByPosition(file, wild, 1);
    refuses(file, "id 61 at place 18", "another tokenizer");
    int[][] others = ids();
    others[3][0] = (others[3][0] + 1) % VOCAB;
    writeByPosition(file, others, 1);
    refuses(file, "no distributions for sequence", "--ids");
    writeByToken(file, List.of(new double[VOCAB]));
    refuses(file, "has 1 rows", "61 tokens");
    List<double[]> rows = new ArrayList<>();
    for (int u = 0; u < VOCAB; u++) {
      rows.add(new double[VOCAB]);
    }
    writeByToken(file, rows);
    refuses(file, "no distribution after token", "give it a row");
    refuses(TinyModel.BIGRAMS, "holds the arrays", "docs/counts-format.md");
  }

  private void refuses(Path file, String... parts) {
    Map<String, Object> asked = Map.of("target", "distribution", "distribution", file);
    assertThatThrownBy(() -> tiny.train(folder.resolve("none"), asked, Progress.silent()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(Stream.of(parts).toArray(String[]::new))
        .hasMessageContaining(file.toString());
  }

  private Mask trained(String name, Map<String, ?> asked) throws IOException {
    tiny.train(folder.resolve(name), asked, Progress.silent());
    return MaskFile.read(folder.resolve(name).resolve(MASK));
  }

  private static int[][] ids() {
    return TokenInput.readIds(TinyModel.TOKENS).rows();
  }

  private static double[] row(BigramTable table, int u) {
    double[] p = new double[VOCAB];
    for (int v = 0; v < VOCAB; v++) {
      p[v] = table.probability(u, v);
    }
    return p;
  }

  private static void writeByToken(Path file, List<double[]> rows) throws IOException {
    List<Long> ids = new ArrayList<>();
    List<Float> p = new ArrayList<>();
    long[] starts = new long[rows.size() + 1];
    for (int row = 0; row < rows.size(); row++) {
      for (int v = 0; v < VOCAB; v++) {
        if (rows.get(row)[v] > 0) {
          ids.add((long) v);
          p.add((float) rows.get(row)[v]);
        }
      }
      starts[row + 1] = ids.size();
    }
    TensorShape entries = new TensorShape(ids.size());
    SafetensorsWriter.write(
        file,
        Map.of("vocabulary", Integer.toString(VOCAB)),
        List.of(
            TensorSource.of("row_offsets", new TensorShape(starts.length), starts),
            TensorSource.of(
                "successors", entries, ids.stream().mapToLong(Long::longValue).toArray()),
            TensorSource.of("probabilities", entries, floats(p))));
  }

  /** Bigram probabilities times {@code factor} of all tokens, after each position. */
  private static void writeByPosition(Path file, int[][] ids, double factor) throws IOException {
    long[] flat = new long[ids.length * LENGTH];
    long[] successors = new long[flat.length * VOCAB];
    float[] p = new float[successors.length];
    try (BigramTable table = BigramTable.open(TinyModel.BIGRAMS)) {
      for (int i = 0; i < flat.length; i++) {
        flat[i] = ids[i / LENGTH][i % LENGTH];
        for (int v = 0; v < VOCAB; v++) {
          successors[i * VOCAB + v] = v;
          int u = (int) Math.min(flat[i], VOCAB - 1);
          p[i * VOCAB + v] = (float) (factor * table.probability(u, v));
        }
      }
    }
    TensorShape entries = new TensorShape(ids.length, LENGTH, VOCAB);
    SafetensorsWriter.write(
        file,
        Map.of("vocabulary", Integer.toString(VOCAB)),
        List.of(
            TensorSource.of("input_ids", new TensorShape(ids.length, LENGTH), flat),
            TensorSource.of("successors", entries, successors),
            TensorSource.of("probabilities", entries, p)));
  }

  private static float[] floats(List<Float> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i);
    }
    return floats;
  }

  /** At the first step every maskable weight is used by half. */
  private double crossEntropyOfHalvedWeights(NgramTable table) {
    Set<String> maskable = new HashSet<>();
    tiny.model().weights().maskable().forEach(weight -> maskable.add(weight.name()));
    int[][] ids = ids();
    double nats = 0;
    try (NDManager scope = tiny.model().newManager();
        Model halved =
            tiny.model()
                .with(
                    (weight, run) ->
                        maskable.contains(weight.name())
                            ? weight.array().mul(0.5)
                            : weight.array())) {
      NDArray logits = halved.logits(TokenBatch.of(ids), Taps.NONE, null, scope);
      float[] z = logits.toFloatArray();
      for (int i = 0; i < ids.length * LENGTH; i++) {
        int at = i % LENGTH;
        int before = at == 0 ? VOCAB : ids[i / LENGTH][at - 1];
        int[] context = {before, ids[i / LENGTH][at]};
        double sum = 0;
        for (int v = 0; v < VOCAB; v++) {
          sum += Math.exp(z[i * MODEL_VOCAB + v]);
        }
        for (int v = 0; v < VOCAB; v++) {
          nats += table.probability(context, v) * (Math.log(sum) - z[i * MODEL_VOCAB + v]);
        }
      }
    }
    return nats / ids.length / LENGTH;
  }

  /** Counts of order 3 in which about half of the text's contexts were seen. */
  private static void writeTrigrams(Path file) throws IOException {
    Random random = new Random(4);
    List<long[]> contexts = new ArrayList<>();
    for (int[] row : ids()) {
      for (int at = 0; at < LENGTH; at++) {
        if (random.nextBoolean()) {
          contexts.add(new long[] {at == 0 ? VOCAB : row[at - 1], row[at]});
        }
      }
    }
    contexts.sort((a, b) -> Long.compare(a[0] * 100 + a[1], b[0] * 100 + b[1]));
    for (int i = contexts.size() - 1; i > 0; i--) {
      if (java.util.Arrays.equals(contexts.get(i), contexts.get(i - 1))) {
        contexts.remove(i);
      }
    }
    TrigramFile.write(file, contexts, VOCAB, random);
  }
}
