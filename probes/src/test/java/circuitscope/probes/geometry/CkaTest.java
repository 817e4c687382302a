package circuitscope.probes.geometry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Alignment and subspaces on what is known beforehand, in FP64. */
final class CkaTest {
  private static final double TOLERANCE = 1e-9;

  @Test
  void aStateResemblesItselfTurnedAndStretchedWholly() {
    Random random = new Random(1);
    double[][] x = normal(50, 6, random);
    double[][] turned = new double[50][6]; // 3 XQ, Q a reflection: I − 2vvᵀ with v = 1/√6
    for (int i = 0; i < 50; i++) {
      double sum = Arrays.stream(x[i]).sum();
      for (int j = 0; j < 6; j++) {
        turned[i][j] = 3 * (x[i][j] - 2 * sum / 6);
      }
    }
    Cka cka = cka(x, turned);

    for (double[][] pairs : new double[][][] {cka.linear(), cka.debiased()}) {
      assertThat(pairs[0][0]).isCloseTo(1, within(TOLERANCE));
      assertThat(pairs[0][1]).isCloseTo(1, within(TOLERANCE));
    }
  }

  /** x = (1, −1, 0, 0), y = (1, 0, −1, 0): XᵀY = 1, XᵀX = YᵀY = 2, w = 1, w of x itself 2. */
  @Test
  void fourTokensByHand() {
    Cka cka = cka(new double[][] {{1}, {-1}, {0}, {0}}, new double[][] {{1}, {0}, {-1}, {0}});

    assertThat(cka.linear()[0][1]).isCloseTo(1.0 / 4, within(TOLERANCE));
    // HSIC1 · n(n−3): xy: 1 − 1 + 4/6 − 2/2 = −1/3; xx: 4 − 2 + 4/6 − 4/2 = 2/3
    assertThat(cka.debiased()[0][1]).isCloseTo(-0.5, within(TOLERANCE));
  }

  /** Plain alignment of 60 tokens in 200 dimensions is about .77 by chance alone. */
  @Test
  void unrelatedStatesHaveADebiasedAlignmentOfAboutZero() {
    Random random = new Random(2);
    double[] plain = new double[20];
    double[] debiased = new double[20];
    for (int draw = 0; draw < 20; draw++) {
      Cka cka = cka(normal(60, 200, random), normal(60, 200, random));
      plain[draw] = cka.linear()[0][1];
      debiased[draw] = cka.debiased()[0][1];
    }

    assertThat(Arrays.stream(plain).average().orElseThrow()).isCloseTo(0.77, within(0.02));
    // Its standard deviation is 0.025 a draw (100 draws of NumPy): four errors of the mean of 20.
    assertThat(Arrays.stream(debiased).average().orElseThrow()).isCloseTo(0, within(0.025));
  }

  @Test
  void effectiveRankCountsDirectionsOfOneSize() {
    assertThat(Subspaces.effectiveRank(new double[] {3, 3, 3, 0})).isCloseTo(3, within(TOLERANCE));
    // shares 3/4, 1/4: 4 / 3^(3/4)
    assertThat(Subspaces.effectiveRank(new double[] {6, 2}))
        .isCloseTo(4 / Math.pow(3, 0.75), within(TOLERANCE));
  }

  @Test
  void theProcrustesResidualIsZeroForARotationAndTwoForWhatIsOrthogonal() {
    // X = I, Y a quarter turn: XᵀY has the singular values 1, 1, and both norms are √2.
    double[] turn = {0, -1, 1, 0};
    for (DenseAlgebra one : DenseAlgebraTest.implementations()) {
      double[] singular = one.singularValues(turn, 2);
      assertThat(Subspaces.procrustes(singular, Math.sqrt(2), Math.sqrt(2)))
          .isCloseTo(0, within(TOLERANCE));
    }
    assertThat(Subspaces.procrustes(new double[] {0, 0}, 1, 1)).isEqualTo(2);
  }

  @Test
  void anglesBetweenPlanesThatShareALine() {
    double cos = Math.cos(Math.toRadians(30));
    double sin = Math.sin(Math.toRadians(30));
    double[] u = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    double[] v = {1, 0, 0, 0, cos, sin, 0, -sin, cos};

    assertThat(Subspaces.principalAngles(u, v, 3, 2))
        .containsExactly(new double[] {0, 30}, within(1e-6)); // of an arc cosine near 1
  }

  @Test
  void bothAlgebrasGiveTheSameSymmetricAndSingularValues() {
    int d = 20;
    double[] x = flat(normal(d, d, new Random(3)));
    double[] gram = new double[d * d];
    for (int i = 0; i < d * d; i++) {
      int at = i;
      gram[i] = IntStream.range(0, d).mapToDouble(k -> x[k * d + at / d] * x[k * d + at % d]).sum();
    }
    DenseAlgebra.Eigen ejml = EjmlAlgebra.INSTANCE.symmetric(gram, d);
    DenseAlgebra.Eigen lapack = LapackAlgebra.INSTANCE.symmetric(gram, d);
    assertThat(lapack.values()).containsExactly(ejml.values(), within(TOLERANCE));
    for (int i = 0; i < d; i++) {
      int row = i * d;
      double cosine =
          IntStream.range(row, row + d)
              .mapToDouble(j -> ejml.vectors()[j] * lapack.vectors()[j])
              .sum();
      assertThat(Math.abs(cosine)).isCloseTo(1, within(TOLERANCE));
    }
    double[] singular = LapackAlgebra.INSTANCE.singularValues(x, d);
    assertThat(singular)
        .containsExactly(EjmlAlgebra.INSTANCE.singularValues(x, d), within(TOLERANCE));
    assertThat(Arrays.stream(singular).map(s -> s * s).toArray())
        .containsExactly(ejml.values(), within(TOLERANCE));
  }

  /** From tokens {@code [token][dimension]} of two states, centred here. */
  private static Cka cka(double[][]... states) {
    int n = states[0].length;
    double[][] products = new double[2][2];
    double[][] diagonals = new double[2][2];
    double[] traces = new double[2];
    double[][][] centred = Arrays.stream(states).map(CkaTest::centred).toArray(double[][][]::new);
    for (int i = 0; i < 2; i++) {
      for (int t = 0; t < n; t++) {
        traces[i] += dot(centred[i][t], centred[i][t]);
      }
      for (int j = 0; j < 2; j++) {
        for (int t = 0; t < n; t++) {
          diagonals[i][j] += dot(centred[i][t], centred[i][t]) * dot(centred[j][t], centred[j][t]);
          for (int s = 0; s < n; s++) {
            products[i][j] += dot(centred[i][t], centred[i][s]) * dot(centred[j][t], centred[j][s]);
          }
        }
      }
    }
    return new Cka(products, diagonals, traces, n);
  }

  private static double[][] centred(double[][] x) {
    double[][] centred = new double[x.length][x[0].length];
    for (int j = 0; j < x[0].length; j++) {
      int column = j;
      double mean = Arrays.stream(x).mapToDouble(row -> row[column]).average().orElseThrow();
      for (int i = 0; i < x.length; i++) {
        centred[i][j] = x[i][j] - mean;
      }
    }
    return centred;
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static double[][] normal(int rows, int columns, Random random) {
    return IntStream.range(0, rows)
        .mapToObj(i -> random.doubles(columns).map(u -> random.nextGaussian()).toArray())
        .toArray(double[][]::new);
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }
}
