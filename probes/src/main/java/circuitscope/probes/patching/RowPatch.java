package circuitscope.probes.patching;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;

/** Patches of one site, another one in each group of rows: row {@code cell · pairs + pair}. */
final class RowPatch implements Taps {
  private final List<Cell> cells;
  private final Site site;
  private final NDArray source;

  /**
   * @param cells of one site
   * @param source {@code [pair, …]}, the same for all cells, or {@code [cell · pair, …]}
   */
  RowPatch(List<Cell> cells, NDArray source) {
    this.cells = cells;
    this.site = cells.getFirst().site();
    this.source = source;
  }

  @Override
  public boolean wants(Site asked) {
    return site.equals(asked);
  }

  @Override
  public NDArray at(Site asked, NDArray value) {
    long[] each = value.getShape().getShape(); // [cell · pair, …]
    long[] split = new long[each.length + 1];
    System.arraycopy(each, 1, split, 2, each.length - 1);
    split[0] = cells.size();
    split[1] = each[0] / cells.size();
    long[] from = split.clone();
    from[0] = source.getShape().get(0) / split[1];
    Shape whole = new Shape(split);
    NDArray patch = source.reshape(new Shape(from)).broadcast(whole);
    patch.attach(value.getManager());
    NDArray in = where(each, value.getManager()).broadcast(whole);
    return NDArrays.where(in, patch, value.reshape(whole)).reshape(value.getShape());
  }

  /** {@code [cell, 1, …]}, axes that every cell takes whole of length 1. */
  private NDArray where(long[] each, NDManager owner) {
    Cell any = cells.getFirst();
    long[] shape = new long[each.length - 1];
    Arrays.fill(shape, 1);
    if (any.position() != Cell.ALL) {
      int axis = any.kind().kind().positionAxis();
      shape[axis - 1] = each[axis];
    }
    if (any.unit() != Cell.ALL) {
      int axis = any.kind().unitAxis();
      shape[axis - 1] = each[axis];
    }
    int size = Math.toIntExact(new Shape(shape).size());
    boolean[] flags = new boolean[cells.size() * size];
    for (int i = 0; i < cells.size(); i++) {
      cells.get(i).mark(flags, i * size, shape);
    }
    long[] with = new long[shape.length + 2];
    System.arraycopy(shape, 0, with, 2, shape.length);
    with[0] = cells.size();
    with[1] = 1;
    return owner.create(flags).reshape(new Shape(with));
  }
}
