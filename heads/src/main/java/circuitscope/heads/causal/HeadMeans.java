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
import java.util.SortedMap;

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
      NDArray[] sums = new NDArray[model.spec().layers()];
      for (int from = 0; from < rows.length; from += batch) {
        int[][] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + batch));
        model.run(TokenBatch.of(part), new Adder(sums, byPosition, manager));
      }
      long count = rows.length * (byPosition ? 1L : rows[0].length);
      DataType type = model.weights().get(Slot.EMBED, -1).array().getDataType();
      for (int layer = 0; layer < sums.length; layer++) {
        sums[layer] = sums[layer].divi(count).toType(type, false);
        sums[layer].attach(manager);
      }
      return new HeadMeans(manager, sums);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** Adds up z over rows (and positions) in FP32. */
  private record Adder(NDArray[] sums, boolean byPosition, NDManager owner) implements Taps {
    @Override
    public boolean wants(Site site) {
      return site.kind() == SiteKind.Z;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      int[] axes = byPosition ? new int[] {0} : new int[] {0, 1};
      NDArray sum = value.toType(DataType.FLOAT32, false).sum(axes, true);
      if (sums[site.layer()] == null) {
        sum.attach(owner);
        sums[site.layer()] = sum;
      } else {
        sums[site.layer()].addi(sum);
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
