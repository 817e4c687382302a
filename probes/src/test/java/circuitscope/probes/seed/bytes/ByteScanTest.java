package circuitscope.probes.seed.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.probes.analysis.Progress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A first-order chain over {a, b}: it starts with either, P(a|a) = .7, P(a|b) = .4; the tokens are
 * a, b and aa, taken greedily from the left.
 */
final class ByteScanTest {
  private static final List<String> TOKENS = List.of("a", "b", "aa");

  /** Sums of a few FP32 probabilities. */
  private static final double TOLERANCE = 1e-6;

  /** After a comes b for sure: "aa" would have been one token. */
  private static final TokenModel CHAIN =
      new TokenModel() {
        @Override
        public int vocab() {
          return TOKENS.size();
        }

        @Override
        public byte[] bytes(int token) {
          return TOKENS.get(token).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean ends(int token) {
          return false;
        }

        @Override
        public float[][] next(List<int[]> rows) {
          return rows.stream().map(ByteScanTest::next).toArray(float[][]::new);
        }
      };

  private static final Segmenter GREEDY =
      new Segmenter() {
        @Override
        public boolean begins(int[] tokens) {
          for (int i = 1; i < tokens.length; i++) {
            if (tokens[i - 1] == 0 && tokens[i] != 1) {
              return false;
            }
          }
          return true;
        }

        @Override
        public boolean makes(int[] tokens) {
          return begins(tokens);
        }

        @Override
        public boolean parts(byte[] text, int at) {
          return text[at - 1] == 'b';
        }
      };

  private static float[] next(int[] row) {
    double a = row.length == 0 ? 0.5 : row[row.length - 1] == 1 ? 0.4 : 0.7;
    boolean bound = row.length > 0 && row[row.length - 1] == 0;
    double[] p = bound ? new double[] {0, 1, 0} : new double[] {a * 0.3, 1 - a, a * 0.7};
    float[] logs = new float[p.length];
    for (int i = 0; i < p.length; i++) {
      logs[i] = (float) Math.log(p[i]);
    }
    return logs;
  }

  private static ByteScores scan(String text) {
    return new ByteScan(CHAIN, GREEDY)
        .scan(text.getBytes(StandardCharsets.UTF_8), true, Progress.silent());
  }

  @Test
  void coversOfTheChainSumToItsProbabilities() {
    assertThat(Math.exp(scan("aa").logP()[2])).isCloseTo(0.35, within(TOLERANCE));
    assertThat(Math.exp(scan("ba").logP()[2])).isCloseTo(0.2, within(TOLERANCE));
    assertThat(Math.exp(scan("aaa").logP()[3])).isCloseTo(0.245, within(TOLERANCE));
  }

  @Test
  void afterOneAExactlySevenTenthsWhereTheNaiveReadingSaysNever() {
    ByteScores scores = scan("aa");
    assertThat(Math.exp(scores.logExact(1))).isCloseTo(0.7, within(TOLERANCE));
    assertThat(scores.logNaive()[1]).isEqualTo(Double.NEGATIVE_INFINITY);
    // taken back: aa of a or aa is 0.35 of 0.5
    assertThat(Math.exp(scores.logHealed()[1])).isCloseTo(0.7, within(TOLERANCE));
  }

  @Test
  void theNextBytesShareOutTheProbabilityOfEveryPrefix() {
    ByteScores scores = scan("abaaabbaaaab");
    assertThat(Arrays.stream(scores.logP()).allMatch(Double::isFinite)).isTrue();
    for (int n = 0; n <= scores.text().length; n++) {
      assertThat(scores.gap(n)).as("cut %d", n).isLessThan(TOLERANCE);
    }
    assertThat(scores.entropyBits(1)).isCloseTo(0.8813, within(1e-4)); // H(0.7)
  }
}
