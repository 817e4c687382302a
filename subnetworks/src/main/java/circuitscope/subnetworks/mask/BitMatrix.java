package circuitscope.subnetworks.mask;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.BitSet;
import java.util.stream.IntStream;

/** A block of a mask as rows of packed bits: {@code [out, in]}. */
final class BitMatrix {
  private final int rows;
  private final int columns;
  private final long[][] words;

  private BitMatrix(int rows, int columns, long[][] words) {
    this.rows = rows;
    this.columns = columns;
    this.words = words;
  }

  /**
   * @param bits bit {@code row · columns + column}
   */
  static BitMatrix of(int rows, int columns, BitSet bits) {
    long[][] words = new long[rows][Math.ceilDiv(columns, Long.SIZE)];
    bits.stream().forEach(i -> set(words[i / columns], i % columns));
    return new BitMatrix(rows, columns, words);
  }

  private static void set(long[] row, int column) {
    row[column / Long.SIZE] |= 1L << column;
  }

  private BitMatrix transposed() {
    long[][] turned = new long[columns][Math.ceilDiv(rows, Long.SIZE)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        if ((words[row][column / Long.SIZE] >>> column & 1) != 0) {
          set(turned[column], row);
        }
      }
    }
    return new BitMatrix(columns, rows, turned);
  }

  private long[] columnCounts() {
    long[] counts = new long[columns];
    for (long[] row : words) {
      for (int column = 0; column < columns; column++) {
        counts[column] += row[column / Long.SIZE] >>> column & 1;
      }
    }
    return counts;
  }

  private static int common(long[] a, long[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += Long.bitCount(a[i] & b[i]);
    }
    return count;
  }

  /**
   * Mean and variance of the overlap of {@code a} and {@code b} when the rows of either are put in
   * random order.
   *
   * <p>With G = A·Bᵀ, R rows and dᵢⱼ = Gᵢⱼ less its row's and column's mean plus the grand mean:
   * mean ΣG/R, variance Σd²/(R−1). Σd² = ΣG² − Σᵢ(ΣⱼG)²/R − Σⱼ(ΣᵢG)²/R + (ΣG)²/R², and ΣG² is also
   * Σ (AᵀA)∘(BᵀB); the smaller of the two products is formed. Sums are exact integers.
   */
  static Moments rowShuffle(BitMatrix a, BitMatrix b) {
    int r = a.rows;
    long[] ofA = a.columnCounts();
    long[] ofB = b.columnCounts();
    BigInteger total = BigInteger.ZERO;
    for (int column = 0; column < a.columns; column++) {
      total = total.add(BigInteger.valueOf(ofA[column] * ofB[column]));
    }
    double mean = total.doubleValue() / r;
    if (r < 2 || total.signum() == 0) {
      return new Moments(mean, 0);
    }
    BigInteger bigR = BigInteger.valueOf(r);
    BigInteger squares = squares(a, b); // ΣG²
    BigInteger margins = marginSquares(a, ofB).add(marginSquares(b, ofA));
    BigInteger scaled = // R²·Σd²
        squares.multiply(bigR).subtract(margins).multiply(bigR).add(total.multiply(total));
    double variance =
        new BigDecimal(scaled)
            .divide(
                new BigDecimal(bigR.multiply(bigR).multiply(BigInteger.valueOf(r - 1L))),
                MathContext.DECIMAL64)
            .doubleValue();
    return new Moments(mean, variance);
  }

  /** Σᵢ (Σ_c Mᵢc·count_c)²: the squared row sums of G (or column sums, for B). */
  private static BigInteger marginSquares(BitMatrix m, long[] counts) {
    BigInteger sum = BigInteger.ZERO;
    for (long[] row : m.words) {
      long margin = 0;
      for (int column = 0; column < m.columns; column++) {
        margin += (row[column / Long.SIZE] >>> column & 1) * counts[column];
      }
      sum = sum.add(BigInteger.valueOf(margin).pow(2));
    }
    return sum;
  }

  private static BigInteger squares(BitMatrix a, BitMatrix b) {
    if (a.rows <= 2L * a.columns) {
      return IntStream.range(0, a.rows)
          .parallel()
          .mapToObj(
              i -> {
                long sum = 0;
                for (long[] other : b.words) {
                  long common = common(a.words[i], other);
                  sum += common * common;
                }
                return BigInteger.valueOf(sum);
              })
          .reduce(BigInteger.ZERO, BigInteger::add);
    }
    BitMatrix turnedA = a.transposed();
    BitMatrix turnedB = b.transposed();
    return IntStream.range(0, a.columns)
        .parallel()
        .mapToObj(
            i -> {
              long sum = 0;
              for (int j = 0; j < a.columns; j++) {
                long inA = common(turnedA.words[i], turnedA.words[j]);
                sum += inA == 0 ? 0 : inA * common(turnedB.words[i], turnedB.words[j]);
              }
              return BigInteger.valueOf(sum);
            })
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** Mean and variance of a random overlap. */
  record Moments(double mean, double variance) {}
}
