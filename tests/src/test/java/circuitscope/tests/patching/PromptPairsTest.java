package circuitscope.tests.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairFile;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.pairs.PairTemplate;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prompt pairs by hand, from files and from templates. */
final class PromptPairsTest {
  private static final int VOCAB = 4096;

  /** FP32 sums of a few terms. */
  private static final double TOLERANCE = 1e-6;

  @TempDir Path temporary;

  private static Tokenizer tokenizer() throws IOException {
    return Tokenizer.open(Path.of("..", "models-cache", "embedded", "gpt2-4l"));
  }

  private PromptPairs read(String... lines) throws IOException {
    Path file = temporary.resolve("pairs.jsonl");
    Files.write(file, List.of(lines));
    try (Tokenizer tokenizer = tokenizer()) {
      return PairFile.read(file, VOCAB, tokenizer, BosPolicy.AUTO);
    }
  }

  @Test
  void theErrorOfUnequalLengthsNamesTheFirstTokenThatDiffers() {
    assertThatThrownBy(
            () ->
                read(
                    "{\"clean\": \"the book on the\", \"corrupted\": \"the size of\", \"answer\":"
                        + " \" list\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 1")
        .hasMessageContaining("4 tokens and the corrupted one 3")
        .hasMessageContaining("position 1: '␣book' and '␣size'");
  }

  @Test
  void anAnswerOfSeveralTokensIsRefusedWithItsTokens() {
    assertThatThrownBy(
            () -> read("{\"clean\": [1, 2], \"corrupted\": [1, 3], \"answer\": \" Elizabeth\"}"))
        .hasMessageContaining("the answer ' Elizabeth' is 4 tokens (␣El iz ab eth)");
  }

  @Test
  void whatIsNoPairIsRefusedByName() {
    assertThatThrownBy(() -> read("", "{\"clean\": [1], \"corupted\": [1], \"answer\": 2}"))
        .hasMessageContaining("line 2: unknown key 'corupted'");
    assertThatThrownBy(() -> read("{\"clean\": [1], \"corrupted\": [2], \"answer\": []}"))
        .hasMessageContaining("an answer");
    assertThatThrownBy(
            () -> read("{\"clean\": [1], \"corrupted\": [2], \"answer\": 3, \"position\": 1}"))
        .hasMessageContaining("position 1 of a prompt of 1 tokens");
    assertThatThrownBy(() -> read("")).hasMessageContaining("there are no prompt pairs");
    PromptPairs noWrong =
        PromptPairs.of(
            List.of(new PromptPair(new int[] {1}, new int[] {2}, new int[] {3}, new int[0], 0)));
    assertThatThrownBy(() -> noWrong.checked(PairMetric.LOGIT_DIFFERENCE))
        .hasMessageContaining("pair 1 names no wrong token");
  }

  @Test
  void templatesMakeAlignedPairsTheSameForASeedAndReadBackFromTheirFile() throws IOException {
    try (Tokenizer tokenizer = tokenizer()) {
      for (PairTemplate template :
          List.of(PairTemplate.INDUCTION, PairTemplate.DOCSTRING, PairTemplate.GREATER_THAN)) {
        PromptPairs pairs = template.generate(VOCAB, tokenizer, BosPolicy.YES, 5, 7);
        assertThat(pairs.pairs()).hasSize(5);
        for (PromptPair pair : pairs.pairs()) {
          assertThat(pair.clean()).hasSameSizeAs(pair.corrupted()).isNotEqualTo(pair.corrupted());
          assertThat(pair.clean()[0]).isEqualTo(tokenizer.endOfText().orElseThrow());
        }
        Path file = temporary.resolve("again.jsonl");
        PairFile.write(file, pairs);
        PromptPairs again = PairFile.read(file, VOCAB, null, BosPolicy.AUTO);
        assertThat(again.read().digest()).isEqualTo(pairs.read().digest());
        assertThat(again.pairs().get(4).wrong()).isEqualTo(pairs.pairs().get(4).wrong());
        assertThat(template.generate(VOCAB, tokenizer, BosPolicy.YES, 5, 8).read().digest())
            .isNotEqualTo(pairs.read().digest());
      }
      assertThatThrownBy(() -> PairTemplate.IOI.generate(VOCAB, tokenizer, BosPolicy.NO, 5, 0))
          .hasMessageContaining("2 of 52 words (name) are one token for this tokenizer");
      PromptPairs fitting = PairTemplate.AUTO.generate(VOCAB, tokenizer, BosPolicy.NO, 5, 0);
      assertThat(fitting.source()).isEqualTo("template induction, seed 0");
    }
  }

  @Test
  void theAnswerOfAnInductionPairFollowedTheLastTokenBefore() {
    PromptPairs pairs = PairTemplate.INDUCTION.generate(VOCAB, null, BosPolicy.AUTO, 8, 0);
    for (PromptPair pair : pairs.pairs()) {
      int last = pair.clean()[pair.position()];
      int before = Arrays.stream(pair.clean()).boxed().toList().indexOf(last);
      assertThat(before).isLessThan(pair.position());
      assertThat(pair.clean()[before + 1]).isEqualTo(pair.answers()[0]);
      assertThat(pair.corrupted()[before + 1]).isEqualTo(pair.wrong()[0]);
      assertThat(Arrays.stream(pair.corrupted()).filter(id -> id == last)).hasSize(1);
    }
  }

  @Test
  void pairsOfOneLengthShareABatch() {
    PromptPair two =
        new PromptPair(new int[] {1, 2}, new int[] {1, 3}, new int[] {4}, new int[0], 1);
    PromptPair one = new PromptPair(new int[] {5}, new int[] {6}, new int[] {7}, new int[0], 0);
    PromptPairs pairs = PromptPairs.of(List.of(two, one, two, two));
    List<PairBatch> batches = pairs.batches(2);
    assertThat(batches.stream().map(PairBatch::indices))
        .containsExactly(List.of(1), List.of(0, 2), List.of(3));
    assertThat(batches.get(1).corrupted(2).ids()).hasDimensions(4, 2);
    assertThat(pairs.ofOneLength().pairs()).hasSize(3);
    assertThat(pairs.ofOneLength().dropped()).containsEntry("pair of another length", 1);
  }

  @Test
  void metricsOfOneRowAreThoseComputedByHand() {
    // Logits log 1, log 2, log 3, log 4: probabilities 0.1, 0.2, 0.3, 0.4.
    PromptPair pair =
        new PromptPair(new int[] {0, 0}, new int[] {1, 1}, new int[] {2, 3}, new int[] {0}, 0);
    PairBatch batch = new PairBatch(List.of(pair), List.of(0));
    try (NDManager manager = NDManager.newBaseManager()) {
      float[] logits = {
        0, (float) Math.log(2), (float) Math.log(3), (float) Math.log(4), 9, 9, 9, 9
      };
      NDArray values = manager.create(logits, new Shape(1, 2, 4)); // the answer is at position 0
      NDArray row = batch.atAnswers(values);
      NDArray uniform = manager.zeros(new Shape(1, 4));
      PairTargets targets = batch.targets(1, manager).withClean(uniform);

      assertThat(PairMetric.LOGIT_DIFFERENCE.of(row, targets).getFloat())
          .isCloseTo((float) (Math.log(12) / 2), within((float) TOLERANCE));
      assertThat(PairMetric.ANSWER_LOG_PROBABILITY.of(row, targets).getFloat())
          .isCloseTo((float) Math.log(0.7), within((float) TOLERANCE));
      assertThat(PairMetric.PROBABILITY_DIFFERENCE.of(row, targets).getFloat())
          .isCloseTo(0.6f, within((float) TOLERANCE));
      // Σ ¼ (log ¼ − log p) = −log 4 − ¼ log(0.0024)
      assertThat(PairMetric.KL.of(row, targets).getFloat())
          .isCloseTo((float) (-Math.log(4) - Math.log(0.0024) / 4), within((float) TOLERANCE));
    }
    assertThat(PairMetric.normalised(1.5, 2, 1)).isEqualTo(0.5);
  }
}
