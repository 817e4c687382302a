package circuitscope.probes.patching;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Site;
import java.util.ArrayList;
import java.util.List;

/**
 * One place that is patched as a whole.
 *
 * @param position of the token (the query of a pattern); {@link #ALL} for every one
 * @param unit head or neuron; {@link #ALL} for the whole width
 */
public record Cell(PatchSite kind, int layer, int position, int unit) {
  /** Every position, or every unit. */
  public static final int ALL = -1;

  Site site() {
    return Site.of(kind.kind(), layer);
  }

  /**
   * The cells of a grid, layer by layer.
   *
   * @param positions of the prompts; 0 for one cell of all positions
   */
  static List<Cell> grid(PatchSite kind, DecoderSpec spec, int positions) {
    List<Cell> cells = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (int unit = 0; unit < kind.units(spec); unit++) {
        for (int position = 0; position < Math.max(1, positions); position++) {
          cells.add(
              new Cell(kind, layer, positions == 0 ? ALL : position, kind.hasUnits() ? unit : ALL));
        }
      }
    }
    return cells;
  }

  /** As results call it, such as {@code L3H5}, {@code L3N120} or {@code L3}. */
  public String unitName() {
    return unit == ALL ? "L" + layer : "L" + layer + (kind == PatchSite.NEURON ? "N" : "H") + unit;
  }

  /**
   * 1 where the cell is, in a row-major array of that shape.
   *
   * @param shape the site's axes but for the batch, those that the cell takes whole of length 1
   */
  void mark(boolean[] flags, int from, long[] shape) {
    int positionAxis = kind.kind().positionAxis() - 1;
    int unitAxis = kind.unitAxis() - 1;
    int size = 1;
    for (long length : shape) {
      size *= Math.toIntExact(length);
    }
    for (int i = 0; i < size; i++) {
      boolean in = true;
      int rest = i;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        int index = rest % (int) shape[axis];
        rest /= (int) shape[axis];
        in &= axis != positionAxis || position == ALL || index == position;
        in &= axis != unitAxis || unit == ALL || index == unit;
      }
      flags[from + i] = in;
    }
  }
}
