package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A part of a site's value.
 *
 * @param heads heads (key/value heads at key and value sites), in the order wanted; null for all
 * @param positions positions (queries in a pattern), in the order wanted; null for all
 */
@SuppressWarnings("ArrayRecordComponent") // small, made once, never compared
public record Selection(int @Nullable [] heads, int @Nullable [] positions) {
  public static final Selection ALL = new Selection(null, null);

  public static Selection ofHeads(int... heads) {
    return new Selection(heads, null);
  }

  public static Selection ofPositions(int... positions) {
    return new Selection(null, positions);
  }

  boolean everything() {
    return heads == null && positions == null;
  }

  /**
   * @throws UnknownSiteException for a head that the site does not have
   */
  void check(Site site, DecoderSpec spec) {
    if (heads == null) {
      return;
    }
    int axis = site.kind().headAxis();
    if (axis < 0) {
      throw new UnknownSiteException(site + " has no heads to select");
    }
    long count = site.kind().shape(spec, 1, 1, 1)[axis];
    for (int head : heads) {
      if (head < 0 || head >= count) {
        throw new UnknownSiteException(
            "%s has no head %d; its heads are 0 to %d".formatted(site, head, count - 1));
      }
    }
  }

  private void checkPositions(Site site, long count) {
    if (positions == null) {
      return;
    }
    for (int position : positions) {
      if (position < 0 || position >= count) {
        throw new UnknownSiteException(
            "%s has no position %d in this run of %d tokens".formatted(site, position, count));
      }
    }
  }

  /** How many values of the site are selected in a run of that size. */
  long values(Site site, DecoderSpec spec, int batch, int length) {
    long[] shape = site.kind().shape(spec, batch, length, length);
    if (heads != null) {
      shape[site.kind().headAxis()] = heads.length;
    }
    if (positions != null) {
      shape[site.kind().positionAxis()] = positions.length;
    }
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /** The selected part as an array of its own, owned by {@code owner}. */
  NDArray pick(Site site, NDArray value, NDManager owner) {
    checkPositions(site, value.getShape().get(site.kind().positionAxis()));
    // A second handle on the same memory: nothing is copied unless a part is picked.
    NDArray picked = value.reshape(value.getShape());
    picked.attach(owner);
    if (heads != null) {
      picked = along(picked, site.kind().headAxis(), heads, owner);
    }
    if (positions != null) {
      picked = along(picked, site.kind().positionAxis(), positions, owner);
    }
    return picked;
  }

  private static NDArray along(NDArray value, int axis, int[] wanted, NDManager owner) {
    try (NDArray indices = owner.create(Arrays.stream(wanted).asLongStream().toArray())) {
      NDArray part = value.get(owner, new NDIndex(":, ".repeat(axis) + "{}", indices));
      value.close();
      return part;
    }
  }

  /** 1 where selected and 0 elsewhere, broadcast to the value's shape; owned by {@code owner}. */
  NDArray indicator(Site site, NDArray value, NDManager owner) {
    Shape shape = value.getShape();
    checkPositions(site, shape.get(site.kind().positionAxis()));
    NDArray indicator = owner.ones(new Shape(1), DataType.BOOLEAN);
    if (heads != null) {
      indicator = indicator.logicalAnd(axisIndicator(shape, site.kind().headAxis(), heads, owner));
    }
    if (positions != null) {
      int axis = site.kind().positionAxis();
      indicator = indicator.logicalAnd(axisIndicator(shape, axis, positions, owner));
    }
    return indicator.broadcast(shape);
  }

  private static NDArray axisIndicator(Shape shape, int axis, int[] wanted, NDManager owner) {
    boolean[] flags = new boolean[Math.toIntExact(shape.get(axis))];
    for (int index : wanted) {
      flags[index] = true;
    }
    long[] dims = new long[shape.dimension()];
    Arrays.fill(dims, 1);
    dims[axis] = flags.length;
    return owner.create(flags).reshape(new Shape(dims));
  }
}
