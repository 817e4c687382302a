package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.subnetworks.mask.BitMatrix.Moments;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/**
 * How many weights two masks share, beside what chance would give.
 *
 * <p>Two nulls, both exact and without sampling, each a sum over independent blocks. {@code
 * uniform}: as many kept weights of a block anywhere in it (hypergeometric), the null that Chang
 * and Bergen 2025 describe. {@code rowShuffle}: the rows of a block in random order, which keeps
 * the counts of each input dimension; the null that their code computes by sampling.
 *
 * @param blocksBy what the blocks are
 * @param total weights that both masks speak of
 * @param both weights that both keep
 * @param iou both / (a or b); 1 for two empty masks
 * @param overlap both / total
 * @param ratio both / the uniform null's mean; 0 when that is 0
 * @param shareOfA the part of A that lies in B
 */
public record Overlap(
    String a,
    String b,
    String blocksBy,
    long total,
    long activeA,
    long activeB,
    long both,
    double iou,
    double overlap,
    double ratio,
    double shareOfA,
    double shareOfB,
    Null uniform,
    Null rowShuffle,
    List<Block> blocks)
    implements Result {

  /**
   * What chance gives.
   *
   * @param mean expected number of shared weights
   * @param z (both − mean) / standard deviation; 0 when there is no spread
   * @param log10Tail log₁₀ of an upper bound on the probability of as many shared weights or more
   * @param bound which bound that is
   */
  public record Null(double mean, double variance, double z, double log10Tail, String bound) {}

  /** One block: counts, and the means of the two nulls. */
  public record Block(
      String block,
      int total,
      int activeA,
      int activeB,
      int both,
      double uniformMean,
      double rowShuffleMean) {}

  /**
   * Overlap by the blocks of a model: Q, K, V, O and MLP matrices of each layer, seen as [out, in].
   *
   * @throws MaskException if the masks are not of that model, or not of the same matrices
   */
  public static Overlap of(Mask a, Mask b, MaskBlocks geometry) {
    Mask first = geometry.aligned(a);
    SortedMap<String, MaskMatrix> second = MaskAlgebra.aligned(first, geometry.aligned(b));
    Sums sums = new Sums();
    for (MaskBlock block : geometry.parts()) {
      MaskMatrix own = first.matrices().get(block.parameter());
      MaskMatrix other = second.get(block.parameter());
      if (own != null && other != null) {
        sums.add(
            block.label(),
            block.outputCount(),
            block.inputs().size(),
            block.cut(own.bits()),
            block.cut(other.bits()));
      }
    }
    return sums.overlap(a.name(), b.name(), "q, k, v, o and mlp of each layer");
  }

  /**
   * Overlap by whole stored matrices, for want of a model's geometry; rows are as stored, which for
   * GPT-2 are inputs.
   *
   * @throws MaskException if the masks are not of the same matrices
   */
  public static Overlap of(Mask a, Mask b) {
    SortedMap<String, MaskMatrix> second = MaskAlgebra.aligned(a, b);
    Sums sums = new Sums();
    for (MaskMatrix matrix : a.matrices().values()) {
      MaskMatrix other = second.get(matrix.name());
      if (other != null) {
        sums.add(matrix.name(), matrix.rows(), matrix.columns(), matrix.bits(), other.bits());
      }
    }
    return sums.overlap(a.name(), b.name(), "stored matrices");
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        """
        A %s: %,d of %,d weights
        B %s: %,d of %,d weights
        shared %,d: %.1f %% of A, %.1f %% of B, IoU %.4f (by %s)
        %s%s\
        """,
        a,
        activeA,
        total,
        b,
        activeB,
        total,
        both,
        100 * shareOfA,
        100 * shareOfB,
        iou,
        blocksBy,
        line("uniform within blocks", uniform),
        line("rows shuffled", rowShuffle));
  }

  private String line(String name, Null chance) {
    return String.format(
        Locale.ROOT,
        "null, %s: %,.1f expected, ratio %.2f, z = %.1f, log10 p at most %.1f (%s)%n",
        name,
        chance.mean(),
        chance.mean() == 0 ? 0 : both / chance.mean(),
        chance.z(),
        chance.log10Tail(),
        chance.bound());
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "blocks", blocksBy,
        "uniform_null", "hypergeometric within each block, exact",
        "row_shuffle_null", "rows [out] of each block in random order, exact mean and variance");
  }

  @Override
  public List<Figure> figures() {
    List<List<String>> rows =
        List.of(row("uniform within blocks", uniform), row("rows shuffled", rowShuffle));
    return List.of(
        new Table(
            new Heading(
                "mask-overlap",
                "Overlap of two masks",
                "Weights kept by both %s and %s, as a share of all %,d, beside two exact nulls."
                    .formatted(a, b, total)),
            List.of(
                Table.Column.text("null"),
                Table.Column.number("A"),
                Table.Column.number("B"),
                Table.Column.number("overlap"),
                Table.Column.number("expected"),
                Table.Column.number("ratio"),
                Table.Column.number("% of A in B"),
                Table.Column.number("z"),
                Table.Column.number("log10 p")),
            rows));
  }

  private List<String> row(String name, Null chance) {
    return List.of(
        name,
        digits((double) activeA / total),
        digits((double) activeB / total),
        digits(overlap),
        digits(chance.mean() / total),
        String.format(Locale.ROOT, "%.2f", chance.mean() == 0 ? 0 : both / chance.mean()),
        String.format(Locale.ROOT, "%.1f", 100 * shareOfA),
        String.format(Locale.ROOT, "%.1f", chance.z()),
        String.format(Locale.ROOT, "%.1f", chance.log10Tail()));
  }

  private static String digits(double share) {
    return String.format(Locale.ROOT, "%.3g", share);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Block block : blocks) {
      rows.add(
          List.of(
              block.block(),
              block.total(),
              block.activeA(),
              block.activeB(),
              block.both(),
              block.uniformMean(),
              block.rowShuffleMean()));
    }
    return List.of(
        new DataTable(
            "overlap",
            List.of("block", "total", "a", "b", "both", "uniform_mean", "row_shuffle_mean"),
            rows));
  }

  /** Sums over blocks. */
  private static final class Sums {
    private final List<Block> blocks = new ArrayList<>();
    private final List<Hypergeometric> draws = new ArrayList<>();
    private double rowMean;
    private double rowVariance;

    void add(String label, int rows, int columns, BitSet a, BitSet b) {
      BitSet common = (BitSet) a.clone();
      common.and(b);
      Hypergeometric draw = new Hypergeometric(rows * columns, a.cardinality(), b.cardinality());
      Moments shuffle =
          BitMatrix.rowShuffle(BitMatrix.of(rows, columns, a), BitMatrix.of(rows, columns, b));
      draws.add(draw);
      rowMean += shuffle.mean();
      rowVariance += shuffle.variance();
      blocks.add(
          new Block(
              label,
              rows * columns,
              draw.k0(),
              draw.k1(),
              common.cardinality(),
              draw.mean(),
              shuffle.mean()));
    }

    Overlap overlap(String nameA, String nameB, String blocksBy) {
      long total = blocks.stream().mapToLong(Block::total).sum();
      long activeA = blocks.stream().mapToLong(Block::activeA).sum();
      long activeB = blocks.stream().mapToLong(Block::activeB).sum();
      long both = blocks.stream().mapToLong(Block::both).sum();
      long either = activeA + activeB - both;
      double mean = draws.stream().mapToDouble(Hypergeometric::mean).sum();
      double variance = draws.stream().mapToDouble(Hypergeometric::variance).sum();
      return new Overlap(
          nameA,
          nameB,
          blocksBy,
          total,
          activeA,
          activeB,
          both,
          either == 0 ? 1 : (double) both / either,
          share(both, total),
          mean == 0 ? 0 : both / mean,
          share(both, activeA),
          share(both, activeB),
          new Null(
              mean,
              variance,
              z(both, mean, variance),
              Hypergeometric.log10Tail(draws, both),
              "Chernoff"),
          new Null(
              rowMean,
              rowVariance,
              z(both, rowMean, rowVariance),
              cantelli(both, rowMean, rowVariance),
              "Cantelli"),
          List.copyOf(blocks));
    }

    private static double share(long part, long whole) {
      return whole == 0 ? 0 : (double) part / whole;
    }

    private static double z(long both, double mean, double variance) {
      return variance > 0 ? (both - mean) / Math.sqrt(variance) : 0;
    }

    /** Cantelli: P(X − mean ≥ t) ≤ variance / (variance + t²). */
    private static double cantelli(long both, double mean, double variance) {
      double t = both - mean;
      return t <= 0 || variance <= 0 ? 0 : Math.log10(variance / (variance + t * t));
    }
  }
}
