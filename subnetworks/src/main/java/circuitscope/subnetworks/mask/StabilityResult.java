package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much masks agree.
 *
 * @param meanIou of all pairs
 * @param meanExpectedIou the same of random masks
 * @param core weights that all masks keep
 * @param expectedCore the same of random masks
 * @param optional weights that some masks keep, but not all
 * @param keptBy {@code [n]}: weights that exactly n masks keep; entry 0 is not counted
 * @param blocks by layer and part
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record StabilityResult(
    List<Member> masks,
    List<Pair> pairs,
    double meanIou,
    double meanExpectedIou,
    long core,
    double expectedCore,
    long optional,
    long total,
    long[] keptBy,
    List<Block> blocks)
    implements Result {

  /** A mask. */
  public record Member(String name, long active) {}

  /**
   * Two masks.
   *
   * @param both weights that both keep
   * @param expectedIou of random masks with as many kept weights a block
   * @param z shared weights over what is expected, in standard deviations
   */
  public record Pair(
      String a, String b, long both, double iou, double expectedIou, double ratio, double z) {}

  /**
   * A part of a layer.
   *
   * @param iou mean over the pairs that keep weights of it; null when none does
   * @param expectedIou the same of random masks
   */
  public record Block(
      int layer, String part, int total, @Nullable Double iou, @Nullable Double expectedIou) {}

  static StabilityResult of(Stability stability, Mask core, Mask optional, Progress progress) {
    List<Mask> masks = stability.masks();
    List<Pair> pairs = new ArrayList<>();
    int count = masks.size() * (masks.size() - 1) / 2;
    double[] iou = new double[stability.blocks().size()];
    double[] expected = new double[iou.length];
    int[] compared = new int[iou.length];
    progress.begin(count, "pairs");
    for (int i = 0; i < masks.size(); i++) {
      for (int j = i + 1; j < masks.size(); j++) {
        List<Stability.Overlapping> inBlocks = stability.pair(i, j);
        Stability.Overlapping all = Stability.Overlapping.NONE;
        for (int block = 0; block < iou.length; block++) {
          Stability.Overlapping here = inBlocks.get(block);
          all = all.plus(here);
          if (here.a() + here.b() > 0) {
            iou[block] += here.iou();
            expected[block] += here.expectedIou();
            compared[block]++;
          }
        }
        pairs.add(pair(masks.get(i), masks.get(j), all));
        progress.advance(1);
      }
    }
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < iou.length; i++) {
      MaskBlock block = stability.blocks().get(i);
      blocks.add(
          new Block(
              block.layer(),
              block.part().label(),
              block.size(),
              compared[i] == 0 ? null : (Double) (iou[i] / compared[i]),
              compared[i] == 0 ? null : (Double) (expected[i] / compared[i])));
    }
    return new StabilityResult(
        masks.stream().map(mask -> new Member(mask.name(), mask.active())).toList(),
        pairs,
        mean(pairs.stream().mapToDouble(Pair::iou).toArray()),
        mean(pairs.stream().mapToDouble(Pair::expectedIou).toArray()),
        core.active(),
        stability.expectedCore(),
        optional.active(),
        core.total(),
        stability.keptBy(),
        blocks);
  }

  private static Pair pair(Mask a, Mask b, Stability.Overlapping all) {
    return new Pair(
        a.name(),
        b.name(),
        all.both(),
        all.iou(),
        all.expectedIou(),
        all.expected() == 0 ? 0 : all.both() / all.expected(),
        all.z());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    masks.forEach(
        mask ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-32s %,12d of %,d weights%n",
                    mask.name(),
                    mask.active(),
                    total)));
    pairs.forEach(
        pair ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%s, %s: IoU %.4f, %.4f by chance; %,d shared, %.1f times as many (z = %.0f)%n",
                    pair.a(),
                    pair.b(),
                    pair.iou(),
                    pair.expectedIou(),
                    pair.both(),
                    pair.ratio(),
                    pair.z())));
    text.append(
        String.format(
            Locale.ROOT,
            "mean IoU %.4f, %.4f by chance%ncore (kept in all %d) %,d weights, %,.1f by chance;"
                + " optional (in some) %,d%n",
            meanIou,
            meanExpectedIou,
            masks.size(),
            core,
            expectedCore,
            optional));
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "iou",
        "weights kept by both over weights kept by either; 1 when none keeps any",
        "chance",
        "as many kept weights in each layer's q, k, v, o and mlp blocks, anywhere in them:"
            + " exact hypergeometric mean of the shared weights, IoU at that mean");
  }

  @Override
  public List<Figure> figures() {
    return StabilityFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> ofPairs = new ArrayList<>();
    for (Pair p : pairs) {
      ofPairs.add(List.of(p.a(), p.b(), p.both(), p.iou(), p.expectedIou(), p.ratio(), p.z()));
    }
    List<List<Object>> ofBlocks = new ArrayList<>();
    for (Block b : blocks) {
      ofBlocks.add(
          List.of(
              b.layer(),
              b.part(),
              b.total(),
              Objects.requireNonNullElse(b.iou(), Double.NaN),
              Objects.requireNonNullElse(b.expectedIou(), Double.NaN)));
    }
    return List.of(
        new DataTable(
            "pairs", List.of("a", "b", "both", "iou", "expected_iou", "ratio", "z"), ofPairs),
        new DataTable(
            "blocks", List.of("layer", "part", "total", "mean_iou", "expected_iou"), ofBlocks));
  }
}
