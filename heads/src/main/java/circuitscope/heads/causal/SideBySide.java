package circuitscope.heads.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.SortedMap;

/**
 * Two runs in one batch, of which the second takes something from the first layer by layer: the
 * first {@code n} rows are run 1, the next {@code n} run 2. Nothing of run 1 is kept beyond the
 * layer at hand, so that not even one layer's patterns need to be stored.
 */
final class SideBySide implements Taps {
  private final SortedMap<Integer, int[]> headsByLayer;
  private final boolean keepPatterns;

  /**
   * @param headsByLayer heads whose output is replaced in run 2; at least one
   * @param keepPatterns run 2 attends as run 1 does and the heads write nothing; else they write
   *     what they write in run 1
   */
  SideBySide(SortedMap<Integer, int[]> headsByLayer, boolean keepPatterns) {
    this.headsByLayer = headsByLayer;
    this.keepPatterns = keepPatterns;
  }

  @Override
  public boolean wants(Site site) {
    return switch (site.kind()) {
      // Up to the first of the heads the runs do not differ.
      case PATTERN -> keepPatterns && site.layer() > headsByLayer.firstKey();
      case Z -> headsByLayer.containsKey(site.layer());
      default -> false;
    };
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    NDList runs = value.split(2);
    NDArray first = runs.get(0);
    if (site.kind() == SiteKind.PATTERN) {
      return first.concat(first, 0);
    }
    NDArray second = runs.get(1); // [row, position, head, dHead]
    int[] heads = headsByLayer.getOrDefault(site.layer(), new int[0]);
    boolean[] flags = new boolean[Math.toIntExact(second.getShape().get(2))];
    for (int head : heads) {
      flags[head] = true;
    }
    NDArray replaced =
        value
            .getManager()
            .create(flags)
            .reshape(new Shape(1, 1, flags.length, 1))
            .broadcast(second.getShape());
    NDArray instead = keepPatterns ? second.zerosLike() : first;
    return first.concat(NDArrays.where(replaced, instead, second), 0);
  }
}
