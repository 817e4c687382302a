package circuitscope.heads.causal;

import circuitscope.heads.HeadAblation;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs of a model with heads taken away, batch by batch. Owns the means that mean ablation needs;
 * the model stays the caller's.
 */
public final class AblatedRuns implements AutoCloseable {
  /** What else is done to the runs, beside the ablation: nothing, but for tests of theory. */
  private final Taps around;

  private final Model model;
  private final int batch;
  private final boolean meansByPosition;
  private final Map<Sample.Source, HeadMeans> means = new EnumMap<>(Sample.Source.class);

  /**
   * Runs of one model.
   *
   * @param batch rows run at once; runs side by side count once
   * @param meansByPosition whether mean ablation knows a mean for each position
   */
  public AblatedRuns(Model model, int batch, boolean meansByPosition) {
    this(model, batch, meansByPosition, Taps.NONE);
  }

  /**
   * Runs of one model, all under other taps too.
   *
   * @param around meets each value before the ablation does
   */
  public AblatedRuns(Model model, int batch, boolean meansByPosition, Taps around) {
    this.model = model;
    this.batch = batch;
    this.meansByPosition = meansByPosition;
    this.around = around;
  }

  /**
   * Losses in nats without the heads.
   *
   * @param heads none for the untouched model
   * @return {@code [row][position − 1]}: entry i is the loss of token i+1
   * @throws IllegalArgumentException for a head that the model does not have, or when reference
   *     rows are needed and the sample has none
   */
  public float[][] losses(AblationKind kind, Collection<HeadName> heads, Sample sample) {
    float[][] losses = new float[sample.rows().length][];
    SortedMap<Integer, int[]> byLayer = byLayer(heads);
    for (int from = 0; from < losses.length; from += batch) {
      int to = Math.min(losses.length, from + batch);
      float[][] part = batchLosses(kind, heads, byLayer, sample, from, to);
      System.arraycopy(part, 0, losses, from, part.length);
    }
    return losses;
  }

  private float[][] batchLosses(
      AblationKind kind,
      Collection<HeadName> heads,
      SortedMap<Integer, int[]> byLayer,
      Sample sample,
      int from,
      int to) {
    int[][] rows = Arrays.copyOfRange(sample.rows(), from, to);
    if (byLayer.isEmpty()) {
      return model.tokenLosses(TokenBatch.of(rows), around);
    }
    return switch (kind) {
      case ZERO -> alone(rows, HeadAblation.zero(model.spec(), heads));
      case MEAN -> alone(rows, means(sample).instead(model, byLayer));
      case PATTERN_PRESERVING -> beside(rows, rows, new SideBySide(byLayer, true));
      case RESAMPLE -> beside(references(sample, from, to), rows, new SideBySide(byLayer, false));
    };
  }

  private float[][] alone(int[][] rows, Taps ablation) {
    return model.tokenLosses(TokenBatch.of(rows), Taps.all(List.of(around, ablation)));
  }

  /** Losses of the second rows, run beside the first. */
  private float[][] beside(int[][] first, int[][] second, SideBySide taps) {
    int n = second.length;
    int[][] both = Arrays.copyOf(first, 2 * n);
    System.arraycopy(second, 0, both, n, n);
    int[] lengths = new int[2 * n];
    Arrays.fill(lengths, 0, n, 1); // nobody asks for run 1's losses
    Arrays.fill(lengths, n, 2 * n, second[0].length);
    float[][] losses =
        model.tokenLosses(new TokenBatch(both, lengths), Taps.all(List.of(around, taps)));
    return Arrays.copyOfRange(losses, n, 2 * n);
  }

  private HeadMeans means(Sample sample) {
    requireReference(sample);
    return means.computeIfAbsent(
        sample.source(), source -> HeadMeans.of(model, sample.reference(), meansByPosition, batch));
  }

  /** Reference rows in their order, begun again when there are fewer than rows. */
  private static int[][] references(Sample sample, int from, int to) {
    requireReference(sample);
    int[][] rows = new int[to - from][];
    Arrays.setAll(rows, i -> sample.reference()[(from + i) % sample.reference().length]);
    return rows;
  }

  private static void requireReference(Sample sample) {
    if (sample.reference().length == 0) {
      throw new IllegalArgumentException(
          "mean and resample ablation need reference rows, and there are none");
    }
  }

  private SortedMap<Integer, int[]> byLayer(Collection<HeadName> heads) {
    SortedMap<Integer, int[]> byLayer = new TreeMap<>();
    for (HeadName head : new TreeSet<>(heads)) {
      byLayer.merge(
          head.checked(model.spec()).layer(), new int[] {head.head()}, AblatedRuns::appended);
    }
    return byLayer;
  }

  private static int[] appended(int[] some, int[] one) {
    int[] all = Arrays.copyOf(some, some.length + 1);
    all[some.length] = one[0];
    return all;
  }

  @Override
  public void close() {
    means.values().forEach(HeadMeans::close);
  }
}
