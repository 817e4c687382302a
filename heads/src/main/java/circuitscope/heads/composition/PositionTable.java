package circuitscope.heads.composition;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.Slot;
import org.jspecify.annotations.Nullable;

/** The learned position vectors of a model. */
final class PositionTable {
  private PositionTable() {}

  /**
   * What tells positions apart: the table minus its mean over positions, {@code [position,
   * dModel]}; null when positions are not learned.
   */
  static @Nullable NDArray of(Model model, NDManager scope) {
    if (!(model.spec().positions() instanceof Positions.Learned(int offset))) {
      return null;
    }
    NDArray table = LayerFactors.wide(model.weights().get(Slot.POSITION_EMBED, -1).array(), scope);
    NDArray rows = table.get(scope, new NDIndex("{}:", offset));
    return rows.sub(rows.mean(new int[] {0}, true));
  }
}
