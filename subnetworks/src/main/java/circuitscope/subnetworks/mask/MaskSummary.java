package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.subnetworks.mask.MaskBlock.Part;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a mask keeps: in all, by stored matrix, and where the model's geometry is known by layer ×
 * part and by head.
 *
 * @param share active / total
 * @param thirds whether Q, K and V were read as stacked thirds, as the reference does
 * @param byPart whole model
 * @param byPartInThirds the other reading of fused matrices, where the two differ; else null
 * @param byBlock layer × part
 * @param byHead layer × part × head of attention
 */
public record MaskSummary(
    String name,
    String digest,
    long active,
    long total,
    double share,
    boolean thirds,
    List<Mask.MatrixCount> byMatrix,
    List<PartCount> byPart,
    @Nullable List<PartCount> byPartInThirds,
    List<BlockCount> byBlock,
    List<BlockCount> byHead,
    Map<String, String> provenance)
    implements Result {

  /**
   * A part of all layers.
   *
   * @param shareOfActive its part of the subnetwork
   */
  public record PartCount(String part, long active, long total, double shareOfActive) {}

  /**
   * A block.
   *
   * @param head null for all heads of the layer
   */
  public record BlockCount(int layer, String part, @Nullable Integer head, int active, int total) {}

  /** Counts by stored matrix alone. */
  public static MaskSummary of(Mask mask) {
    return of(mask, List.of(), null, List.of(), List.of(), false);
  }

  /**
   * Counts by the blocks of a model.
   *
   * @param thirds read Q, K and V as the reference does
   * @throws MaskException if the mask is not of that model
   */
  public static MaskSummary of(Mask mask, MaskBlocks geometry, boolean thirds) {
    MaskBlocks read = thirds ? geometry.withThirds() : geometry;
    List<MaskBlocks.Count> parts = read.count(mask, read.parts());
    List<PartCount> inThirds = null;
    if (geometry.thirdsDiffer() && !thirds) {
      MaskBlocks other = geometry.withThirds();
      inThirds = byPart(mask, other.count(mask, other.parts()));
    }
    List<BlockCount> heads =
        read.count(mask, read.heads()).stream()
            .filter(count -> count.block().head() >= 0)
            .map(MaskSummary::blockCount)
            .toList();
    return of(
        mask,
        byPart(mask, parts),
        inThirds,
        parts.stream().map(MaskSummary::blockCount).toList(),
        heads,
        thirds);
  }

  private static MaskSummary of(
      Mask mask,
      List<PartCount> byPart,
      @Nullable List<PartCount> inThirds,
      List<BlockCount> byBlock,
      List<BlockCount> byHead,
      boolean thirds) {
    long total = mask.total();
    return new MaskSummary(
        mask.name(),
        mask.digest(),
        mask.active(),
        total,
        total == 0 ? 0 : (double) mask.active() / total,
        thirds,
        mask.byMatrix(),
        byPart,
        inThirds,
        byBlock,
        byHead,
        mask.provenance().entries());
  }

  private static BlockCount blockCount(MaskBlocks.Count count) {
    MaskBlock block = count.block();
    return new BlockCount(
        block.layer(),
        block.part().label(),
        block.head() < 0 ? null : block.head(),
        count.active(),
        count.total());
  }

  private static List<PartCount> byPart(Mask mask, List<MaskBlocks.Count> blocks) {
    Map<Part, long[]> sums = new EnumMap<>(Part.class);
    for (MaskBlocks.Count count : blocks) {
      long[] sum = sums.computeIfAbsent(count.block().part(), part -> new long[2]);
      sum[0] += count.active();
      sum[1] += count.total();
    }
    long active = Math.max(1, mask.active());
    List<PartCount> parts = new ArrayList<>();
    sums.forEach(
        (part, sum) ->
            parts.add(new PartCount(part.label(), sum[0], sum[1], (double) sum[0] / active)));
    return parts;
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d of %,d weights (%.4f %%)%ndigest %s%n",
            name,
            active,
            total,
            100 * share,
            digest));
    provenance.forEach(
        (key, value) ->
            text.append(
                String.format(
                    Locale.ROOT, "%-16s %s%n", key, value.lines().findFirst().orElse(""))));
    if (byBlock.isEmpty()) {
      for (Mask.MatrixCount one : byMatrix) {
        text.append(
            String.format(
                Locale.ROOT, "%-52s %,12d of %,12d%n", one.name(), one.active(), one.total()));
      }
      return text.toString();
    }
    text.append(
        String.format(
            Locale.ROOT, "%-10s %14s %14s %18s%n", "part", "active", "of", "of the subnetwork"));
    byPart.forEach(one -> text.append(line(one)));
    if (byPartInThirds != null) {
      text.append("were queries, keys and values stacked thirds, as the reference reads them:\n");
      byPartInThirds.stream().limit(3).forEach(one -> text.append(line(one)));
    }
    BlockCount most = Collections.max(byBlock, Comparator.comparingInt(BlockCount::active));
    return text.append(
            String.format(
                Locale.ROOT,
                "most in layer %d, %s: %,d%n",
                most.layer(),
                most.part(),
                most.active()))
        .toString();
  }

  private static String line(PartCount one) {
    return String.format(
        Locale.ROOT,
        "%-10s %,14d %,14d %16.1f %%%n",
        one.part(),
        one.active(),
        one.total(),
        100 * one.shareOfActive());
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "queries_keys_values",
        thirds ? "stacked thirds, as the reference reads them" : "as the forward pass reads them");
  }

  @Override
  public List<Figure> figures() {
    return MaskFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (List<BlockCount> counts : List.of(byBlock, byHead)) {
      for (BlockCount count : counts) {
        rows.add(
            List.of(
                count.layer(),
                count.part(),
                count.head() == null ? "all" : count.head(),
                count.active(),
                count.total()));
      }
    }
    return List.of(
        new DataTable("mask", List.of("layer", "part", "head", "active", "total"), rows));
  }
}
