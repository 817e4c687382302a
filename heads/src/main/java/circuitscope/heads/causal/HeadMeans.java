package circuitscope.heads.causal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Mean output z of every head over reference rows, at each position or over all positions. Owns its
 * arrays on the device: positions × heads × dHead values a layer, or heads × dHead.
 */
final class HeadMeans implements AutoCloseable {
  private final NDManager manager;
  private final NDArray[] means; // by layer: [1, position or 1, head, dHead]

  private HeadMeans(NDManager manager, NDArray[] means) {
    this.manager = manager;
    this.means = means;
  }

  /**
   * Runs the model on the rows.
   *
   * @param rows all of one length
   * @param byPosition a mean for each position, else one over all positions
   */
  static HeadMeans of(Model model, int[][] rows, boolean byPosition, int batch) {
    NDManager manager = model.newManager();
    try {
      @Nullable NDArray[] sums = new NDArray[model.spec().layers()];
      for (int from = 0; from < rows.length; from += batch) {
        int[][] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + batch));
        model.run(TokenBatch.of(part), new Adder(sums, byPosition, manager));
      }
      long count = rows.length * (byPosition ? 1L : rows[0].length);
      DataType type = model.weights().get(Slot.EMBED, -1).array().getDataType();
      NDArray[] means = new NDArray[sums.length];
      for (int layer = 0; layer < means.length; layer++) {
        NDArray sum = Objects.requireNonNull(sums[layer], "every layer has heads");
        means[layer] = sum.divi(count).toType(type, false);
        means[layer].attach(manager);
      }
      return new HeadMeans(manager, means);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Adds up z over rows (and positions) in FP32. */
  private record Adder(@Nullable NDArray[] sums, boolean byPosition, NDManager owner)
      implements Taps {
    @Override
    public boolean wants(Site site) {
      return site.kind() == SiteKind.Z;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      int[] axes = byPosition ? new int[] {0} : new int[] {0, 1};
      NDArray sum = value.toType(DataType.FLOAT32, false).sum(axes, true);
      NDArray before = sums[site.layer()];
      if (before == null) {
        sum.attach(owner);
        sums[site.layer()] = sum;
      } else {
        before.addi(sum);
      }
      return value;
    }
  }

  /** Taps that put the means in the place of the heads' outputs. */
  Taps instead(Model model, SortedMap<Integer, int[]> headsByLayer) {
    List<Interventions.Edit> edits = new ArrayList<>();
    headsByLayer.forEach(
        (layer, heads) ->
            edits.add(
                new Interventions.Edit(
                    Site.of(SiteKind.Z, layer),
                    Selection.ofHeads(heads),
                    new Intervention.Patch(means[layer]))));
    return new Interventions(model.spec(), edits);
  }

  @Override
  public void close() {
    manager.close();
  }
}
