package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.ngram.NgramAnalysis;
import circuitscope.heads.ngram.NgramSpectrum;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The spectrum on models whose heads are known by hand. */
final class NgramHeadsTest {
  /** float32 sums of up to 128 probabilities. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"2,blocks", "3,blocks", "4,blocks", "2,automata", "3,automata"})
  void aHandMadeHeadIsFoundAsItsOrderAndNoOther(int order, String source) throws IOException {
    HandMadeModels.HandMade made = HandMadeModels.ngram(order, 40, folder);
    NgramSpectrum spectrum =
        run(null, Map.of("source", source, "length", "100", "samples", "32", "swaps", "50"));
    for (NgramSpectrum.Head head : spectrum.heads()) {
      boolean matching = head.head().equals(made.matchingHead());
      assertThat(head.order()).as("order of %s", head.head()).isEqualTo(matching ? order : 1);
    }
    NgramSpectrum.Head best = spectrum.best().getFirst();
    assertThat(best.head()).isEqualTo(made.matchingHead());
    List<NgramSpectrum.Score> scores = best.spectrum();
    assertThat(known(scores.get(order - 1).score()).value()).isGreaterThan(0.9);
    assertThat(known(scores.get(order - 1).excess()).low()).isPositive();
    // To the next order, targets and decoys are alike: the excess is what set sizes say.
    NgramSpectrum.Score next = scores.get(order);
    assertThat(known(next.excessBeyondPosition()).value()).isCloseTo(0, within(0.01));
    assertThat(known(next.excess()).value()).isCloseTo(known(next.excessIfBlind()), within(0.01));
  }

  @Test
  void uniformAttentionScoresItsClosedForm() throws IOException {
    HandMadeModels.HandMade made = HandMadeModels.trigram(folder);
    NgramSpectrum spectrum = run(null, Map.of("samples", "10", "swaps", "20"));
    HeadName idle = made.idleHeads().getFirst();
    NgramSpectrum.Head head =
        spectrum.heads().stream().filter(one -> one.head().equals(idle)).findFirst().orElseThrow();
    for (NgramSpectrum.Score score : head.spectrum()) {
      assertThat(score.scoreOverUniform()).isCloseTo(0, within(TOLERANCE));
      if (score.n() > 1) {
        assertThat(score.excessOverUniform()).isCloseTo(0, within(TOLERANCE));
        assertThat(known(score.excessPerTarget()).value()).isCloseTo(0, within(TOLERANCE));
      }
    }
    assertThat(known(head.spectrum().getFirst().score()).value()).isCloseTo(1, within(TOLERANCE));
  }

  @Test
  void scoresDoNotDependOnHowManyRowsRunAtOnce() throws IOException {
    HandMadeModels.trigram(folder);
    NgramSpectrum one = run(null, Map.of("batch", "1", "samples", "10", "swaps", "20"));
    NgramSpectrum many = run(null, Map.of("batch", "4", "samples", "10", "swaps", "20"));
    for (int i = 0; i < one.heads().size(); i++) {
      for (int n = 1; n < 6; n++) {
        NgramSpectrum.Score left = one.heads().get(i).spectrum().get(n);
        NgramSpectrum.Score right = many.heads().get(i).spectrum().get(n);
        assertThat(known(left.excessPerTarget()).value())
            .isCloseTo(known(right.excessPerTarget()).value(), within(TOLERANCE));
        assertThat(left.swapsHigh()).isCloseTo(known(right.swapsHigh()), within(TOLERANCE));
      }
    }
  }

  @Test
  void scoresOfGivenRowsEqualThoseByHand() throws IOException {
    HandMadeModels.HandMade made = HandMadeModels.induction(folder);
    int[][] rows = new int[10][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new Random(row).ints(30, 1, 6).toArray();
      rows[row][0] = 0;
    }
    NgramSpectrum spectrum = run(new TokenInput.Ids("by hand", rows), Map.of("max-order", "3"));
    // The induction head shares its attention among T_2, so its order-3 sum is |T_3| / |T_2|.
    double sum = 0;
    int count = 0;
    for (int[] x : rows) {
      for (int i = 2; i < x.length; i++) {
        int two = 0;
        int three = 0;
        for (int j = 1; j < i; j++) {
          two += x[j - 1] == x[i] ? 1 : 0;
          three += j > 1 && x[j - 1] == x[i] && x[j - 2] == x[i - 1] ? 1 : 0;
        }
        if (three > 0) {
          sum += (double) three / two;
          count++;
        }
      }
    }
    NgramSpectrum.Head head =
        spectrum.heads().stream()
            .filter(one -> one.head().equals(made.matchingHead()))
            .findFirst()
            .orElseThrow();
    assertThat(spectrum.orders().get(2).queriesWithTargets()).isEqualTo(count);
    // The hand-made pattern is softmax-sharp, not exact.
    assertThat(known(head.spectrum().get(2).score()).value()).isCloseTo(sum / count, within(0.02));
  }

  @Test
  void textShorterThanNeededIsRefused() {
    HandMadeModels.induction(folder);
    TokenInput text = new TokenInput.Prompt("t1 t2 t1 t2", BosPolicy.AUTO);
    assertThatThrownBy(() -> run(text, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 rows of 4 tokens; intervals and null need 10 or more");
  }

  @Test
  void rowsWithoutRepeatsAreRefused() {
    HandMadeModels.induction(folder);
    int[][] rows = new int[10][];
    Arrays.setAll(rows, row -> IntStream.range(1, 20).toArray());
    assertThatThrownBy(() -> run(new TokenInput.Ids("no repeats", rows), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("too few repeats in it");
  }

  @Test
  void whatSaysHowRowsAreMadeDoesNotGoWithGivenOnes() {
    HandMadeModels.induction(folder);
    TokenInput text = new TokenInput.Prompt("t1 t2 t1 t2", BosPolicy.AUTO);
    assertThatThrownBy(() -> run(text, Map.of("source", "blocks")))
        .hasMessageContaining("source and start-token say which rows are made");
  }

  @Test
  void anOrderOutOfRangeIsRefused() {
    assertThatThrownBy(() -> parameters(Map.of("max-order", "1")))
        .hasMessageContaining("max-order: 1 is not a whole number, at least 2");
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static NgramAnalysis.Parameters parameters(Map<String, String> written) {
    return ParameterSpec.of(NgramAnalysis.Parameters.class).read(written);
  }

  private NgramSpectrum run(@Nullable TokenInput input, Map<String, String> written)
      throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      return new NgramAnalysis()
          .run(new Subject(model, tokenizer, input), parameters(written), Progress.silent());
    }
  }
}
