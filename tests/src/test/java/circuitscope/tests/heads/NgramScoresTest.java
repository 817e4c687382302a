package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.ngram.NgramAnalysis;
import circuitscope.heads.ngram.NgramSpectrum;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every score again, entry by entry from whole patterns, on several families. */
final class NgramScoresTest {
  /** float32 sums of up to 24 probabilities, in another order. */
  private static final double TOLERANCE = 1e-5;

  private static final int ROWS = 12;
  private static final int LENGTH = 24;
  private static final int MAX_ORDER = 4;

  private final int[][] rows = new int[ROWS][];

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama-gqa-rope3-fp16", "mistral-window", "bloom", "gemma2-hub"})
  void scoresAreWhatTheirDefinitionsSay(String name) {
    Arrays.setAll(rows, row -> new Random(row).ints(LENGTH, 5, 8).toArray());
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", name));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      Map<String, String> written =
          Map.of("max-order", Integer.toString(MAX_ORDER), "swaps", "20", "batch", "5");
      NgramSpectrum spectrum =
          new NgramAnalysis()
              .run(
                  new Subject(model, null, new TokenInput.Ids("three symbols", rows)),
                  ParameterSpec.of(NgramAnalysis.Parameters.class).read(written),
                  Progress.silent());
      Recorder recorder =
          Recorder.of(model.spec(), Sites.inEveryLayer(SiteKind.PATTERN, model.spec()));
      try (Trace trace = recorder.record(model, TokenBatch.of(rows))) {
        int heads = model.spec().attention().heads();
        for (NgramSpectrum.Head head : spectrum.heads()) {
          float[] patterns = trace.values(Site.of(SiteKind.PATTERN, head.layer()));
          for (int n = 1; n <= MAX_ORDER; n++) {
            check(head.spectrum().get(n - 1), n, patterns, head.index(), heads);
          }
        }
      }
    }
  }

  private void check(NgramSpectrum.Score score, int n, float[] patterns, int head, int heads) {
    double[] sums = new double[3];
    int[] counts = new int[2];
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < LENGTH; i++) {
        int at = ((row * heads + head) * LENGTH + i) * LENGTH;
        double targetSum = 0;
        double decoySum = 0;
        int targets = 0;
        int decoys = 0;
        for (int j = 0; j <= i; j++) {
          int matched = matched(rows[row], i, j);
          boolean target = n == 1 || matched >= n - 1;
          boolean decoy = !target && (n == 2 || matched >= n - 2);
          targets += target ? 1 : 0;
          decoys += decoy ? 1 : 0;
          targetSum += target ? patterns[at + j] : 0;
          decoySum += decoy ? patterns[at + j] : 0;
        }
        if (targets > 0) {
          counts[0]++;
          sums[0] += targetSum;
        }
        if (targets > 0 && decoys > 0) {
          counts[1]++;
          sums[1] += targetSum - decoySum;
          sums[2] += targetSum / targets - decoySum / decoys;
        }
      }
    }
    assertThat(Objects.requireNonNull(score.score()).value())
        .isCloseTo(sums[0] / counts[0], within(TOLERANCE));
    if (n > 1) {
      assertThat(Objects.requireNonNull(score.excess()).value())
          .isCloseTo(sums[1] / counts[1], within(TOLERANCE));
      assertThat(Objects.requireNonNull(score.excessPerTarget()).value())
          .isCloseTo(sums[2] / counts[1], within(TOLERANCE));
    }
  }

  /** How many tokens up to i are repeated up to j − 1; a query is no target of its own. */
  private static int matched(int[] x, int i, int j) {
    int matched = 0;
    while (j < i && j - 1 - matched >= 0 && x[i - matched] == x[j - 1 - matched]) {
      matched++;
    }
    return matched;
  }
}
